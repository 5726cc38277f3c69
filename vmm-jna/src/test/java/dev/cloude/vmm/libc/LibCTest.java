package dev.cloude.vmm.libc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.jna.LastErrorException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LibCTest {
  @Test
  void failureNamesTheCallAndTheReason() {
    assertThatThrownBy(() -> LibC.open("/nowhere/at/all", LibC.O_RDONLY))
        .isInstanceOfSatisfying(
            ErrnoException.class, e -> assertThat(e.errno()).isEqualTo(Errno.ENOENT))
        .hasMessage("open(/nowhere/at/all) failed: No such file or directory (errno 2).");
  }

  @Test
  void anInterruptedCallIsMadeAgain() {
    int[] calls = new int[1];
    long result =
        LibC.retry(
            "call",
            () -> {
              if (++calls[0] < 3) {
                throw new LastErrorException(Errno.EINTR);
              }
              return 7;
            });
    assertThat(result).isEqualTo(7);
    assertThat(calls[0]).isEqualTo(3);
  }

  @Test
  void readsAFile(@TempDir Path directory) throws Exception {
    Path file = Files.writeString(directory.resolve("file"), "hello");
    try (FileHandle handle = new FileHandle(LibC.open(file.toString(), LibC.O_RDONLY));
        NativeBlock block = new NativeBlock(16)) {
      assertThat(LibC.read(handle.fd(), block.address(), 16)).isEqualTo(5);
      assertThat(block.bytes().get(4)).isEqualTo((byte) 'o');
      assertThat(LibC.read(handle.fd(), block.address(), 16)).isZero();
    }
  }

  @Test
  void ioctlOnceReturnsMinusErrno() {
    try (EventFd event = new EventFd()) {
      assertThat(LibC.ioctlOnce(event.fd(), 0xAE80, 0)).isEqualTo(-Errno.ENOTTY);
    }
  }

  @Test
  void unknownInterfaceIsNoDevice() {
    assertThatThrownBy(() -> LibC.if_nametoindex("no-such-if"))
        .isInstanceOfSatisfying(
            ErrnoException.class, e -> assertThat(e.errno()).isEqualTo(Errno.ENODEV));
    assertThat(LibC.if_nametoindex("lo")).isPositive();
  }

  @Test
  void eventFdCountsAndWouldBlockReadsAsZero() {
    try (EventFd event = new EventFd()) {
      assertThat(event.drain()).isZero();
      event.signal();
      event.signal();
      assertThat(event.drain()).isEqualTo(2);
      assertThat(event.drain()).isZero();
    }
  }

  @Test
  void closedTwiceIsClosedOnceAndItsNumberIsNotUsedAgain() {
    EventFd first = new EventFd();
    int number = first.fd();
    first.close();
    try (EventFd second = new EventFd()) {
      assertThat(second.fd()).isEqualTo(number);
      first.close();
      assertThatThrownBy(first::signal)
          .isInstanceOfSatisfying(
              ErrnoException.class, e -> assertThat(e.errno()).isEqualTo(Errno.EBADF));
      assertThat(second.drain()).isZero();
      second.signal();
      assertThat(second.drain()).isEqualTo(1);
    }
  }

  @Test
  void epollReportsASignalledEvent() {
    try (FileHandle epoll = new FileHandle(LibC.epoll_create1(LibC.EPOLL_CLOEXEC));
        EventFd event = new EventFd();
        NativeBlock block = new NativeBlock(12)) {
      block.bytes().putInt(0, LibC.EPOLLIN).putLong(4, 77);
      LibC.epoll_ctl(epoll.fd(), LibC.EPOLL_CTL_ADD, event.fd(), block.address());
      assertThat(LibC.epoll_wait(epoll.fd(), block.address(), 1, 0)).isZero();
      event.signal();
      block.bytes().putLong(4, 0);
      assertThat(LibC.epoll_wait(epoll.fd(), block.address(), 1, -1)).isEqualTo(1);
      assertThat(block.bytes().getLong(4)).isEqualTo(77);
    }
  }

  @Test
  void blockedSignalStaysPendingUntilTaken() throws Exception {
    boolean[] taken = new boolean[3];
    Thread thread =
        new Thread(
            () -> {
              int id = ThreadSignal.blockInThisThread();
              taken[0] = ThreadSignal.take();
              ThreadSignal.send(id);
              taken[1] = ThreadSignal.take();
              taken[2] = ThreadSignal.take();
            });
    thread.start();
    thread.join();
    assertThat(taken).containsExactly(false, true, false);
  }

  @Test
  void maskWithoutTheSignalUnblocksOnlyIt() throws Exception {
    long[] masks = new long[1];
    Thread thread =
        new Thread(
            () -> {
              ThreadSignal.blockInThisThread();
              masks[0] = ThreadSignal.maskWithoutIt();
            });
    thread.start();
    thread.join();
    assertThat(masks[0] >>> (ThreadSignal.NUMBER - 1) & 1).isZero();
  }

  @Test
  void signalToAThreadThatIsGoneIsNoError() throws Exception {
    int[] id = new int[1];
    Thread thread = new Thread(() -> id[0] = ThreadSignal.blockInThisThread());
    thread.start();
    thread.join();
    // The Java thread has ended; its kernel thread is gone or about to go with the signal blocked.
    ThreadSignal.send(id[0]);
    assertThat(id[0]).isPositive();
  }
}
