package dev.cloude.vmm.libc;

/**
 * An epoll set, level-triggered: a descriptor is reported for as long as it is readable, so no
 * readiness can be missed. Each descriptor carries a tag of the caller's choice. For one thread.
 */
public final class Epoll implements AutoCloseable {
  // struct epoll_event is packed on x86-64: u32 events, u64 data.
  private static final int EVENT_BYTES = 12;
  private static final int DATA = 4;

  private final FileHandle handle;
  private final int capacity;
  private final NativeBlock events;
  private final NativeBlock change = new NativeBlock(EVENT_BYTES);

  /**
   * @param capacity how many descriptors one {@link #await} reports at most
   */
  public Epoll(int capacity) {
    this.capacity = capacity;
    this.events = new NativeBlock((long) capacity * EVENT_BYTES);
    this.handle = new FileHandle(LibC.epoll_create1(LibC.EPOLL_CLOEXEC));
  }

  /** Watches {@code fd} for input; errors and hang-ups are reported in any case. */
  public void add(int fd, int tag) {
    change.bytes().putInt(0, LibC.EPOLLIN).putLong(DATA, tag);
    LibC.epoll_ctl(handle.fd(), LibC.EPOLL_CTL_ADD, fd, change.address());
  }

  /** Forgets {@code fd}. */
  public void remove(int fd) {
    LibC.epoll_ctl(handle.fd(), LibC.EPOLL_CTL_DEL, fd, change.address());
  }

  /** Waits without limit until something is ready; returns how many descriptors are. */
  public int await() {
    int n = VectoredIo.epollWait(handle.fd(), events.address(), capacity, -1);
    if (n < 0) {
      throw new ErrnoException("epoll_wait", -n);
    }
    return n;
  }

  /** The tag of the {@code i}th descriptor of the last {@link #await}. */
  public int tag(int i) {
    return (int) events.bytes().getLong(i * EVENT_BYTES + DATA);
  }

  @Override
  public void close() {
    handle.close();
  }
}
