package dev.cloude.vmm;

import dev.cloude.vmm.boot.BootProtocol;
import dev.cloude.vmm.memory.GuestMemory;
import dev.cloude.vmm.virtio.vsock.Vsock;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** All that is to be decided about a VM before it starts. Checked when it is built. */
public final class MicroVmConfig {
  /** Fewest bytes of RAM that a guest can be given. */
  public static final long MIN_MEMORY = 16L << 20;

  /** Most bytes of RAM that a guest can be given. */
  public static final long MAX_MEMORY = GuestMemory.MAX_SIZE;

  public static final int MAX_VCPUS = 32;

  /** Most disks that a guest can be given. */
  public static final int MAX_DISKS = 8;

  /** Most ports of the host that a guest can be let connect to. */
  public static final int MAX_VSOCK_PORTS = 8;

  private static final AtomicInteger COUNT = new AtomicInteger();

  private final String name;
  private final Path kernel;
  private final Optional<Path> initrd;
  private final String commandLine;
  private final BootProtocol bootProtocol;
  private final long memoryBytes;
  private final int vcpus;
  private final boolean mapInitrd;
  private final Optional<TapAttachment> tap;
  private final Vhost vhost;
  private final List<Path> disks;
  private final Optional<Set<Integer>> vsock;
  private final Optional<Consumer<ByteBuffer>> console;
  private final Optional<Duration> deadline;
  private final Limits limits;

  private MicroVmConfig(Builder builder) {
    name = builder.name != null ? builder.name : "vm-" + COUNT.incrementAndGet();
    kernel = builder.kernel;
    initrd = Optional.ofNullable(builder.initrd);
    commandLine = builder.commandLine;
    bootProtocol = builder.bootProtocol;
    memoryBytes = builder.memoryBytes;
    vcpus = builder.vcpus;
    mapInitrd = builder.mapInitrd;
    tap = Optional.ofNullable(builder.tap);
    vhost = builder.vhost;
    disks = List.copyOf(builder.disks);
    vsock = Optional.ofNullable(builder.vsock);
    console = Optional.ofNullable(builder.console);
    deadline = Optional.ofNullable(builder.deadline);
    limits = builder.limits;
  }

  /**
   * @param kernel a bzImage or an ELF vmlinux for x86-64
   */
  public static Builder builder(Path kernel) {
    return new Builder(kernel);
  }

  /** Prefix of the VM's thread names. */
  public String name() {
    return name;
  }

  public Path kernel() {
    return kernel;
  }

  public Optional<Path> initrd() {
    return initrd;
  }

  /** Whether the initramfs is mapped instead of read. */
  public boolean mapInitrd() {
    return mapInitrd;
  }

  public String commandLine() {
    return commandLine;
  }

  public BootProtocol bootProtocol() {
    return bootProtocol;
  }

  public long memoryBytes() {
    return memoryBytes;
  }

  public int vcpus() {
    return vcpus;
  }

  public Optional<TapAttachment> tap() {
    return tap;
  }

  /** Whether the host's kernel moves the frames of the network device. */
  public Vhost vhost() {
    return vhost;
  }

  /** Images that the guest has as disks, in their order. */
  public List<Path> disks() {
    return disks;
  }

  /** Ports of the host that the guest can connect to by its socket device, if it has one. */
  public Optional<Set<Integer>> vsock() {
    return vsock;
  }

  public Optional<Consumer<ByteBuffer>> console() {
    return console;
  }

  public Optional<Duration> deadline() {
    return deadline;
  }

  public Limits limits() {
    return limits;
  }

  /**
   * What can be made of this VM before its name, command line, console, deadline or TAP is known.
   */
  public MachineShape shape() {
    return new MachineShape(
        kernel,
        initrd,
        mapInitrd,
        bootProtocol,
        memoryBytes,
        vcpus,
        tap.isPresent(),
        disks,
        vsock,
        limits);
  }

  /** Collects the values; each has a default but the kernel. */
  public static final class Builder {
    private final Path kernel;
    private String name;
    private Path initrd;
    private String commandLine = "";
    private BootProtocol bootProtocol = BootProtocol.AUTO;
    private long memoryBytes = 512L << 20;
    private int vcpus = 1;
    private boolean mapInitrd;
    private TapAttachment tap;
    private Vhost vhost = Vhost.AUTO;
    private final List<Path> disks = new ArrayList<>();
    private Set<Integer> vsock;
    private Consumer<ByteBuffer> console;
    private Duration deadline;
    private Limits limits = Limits.DEFAULT;

    private Builder(Path kernel) {
      this.kernel = kernel;
    }

    /** Prefix of the VM's thread names; by default {@code vm-} and a number. */
    public Builder name(String value) {
      name = value;
      return this;
    }

    /** The initramfs; none by default. */
    public Builder initrd(Path value) {
      initrd = value;
      return this;
    }

    /**
     * Whether the initramfs is mapped into the guest's RAM instead of read into it; not by default.
     * Then the guest starts at once whatever its size, guests share what they only read, and the
     * file may neither shrink nor be written to while the VM runs; but each of its pages costs the
     * guest a fault.
     */
    public Builder mapInitrd(boolean value) {
      mapInitrd = value;
      return this;
    }

    /** The kernel's command line; empty by default. */
    public Builder commandLine(String value) {
      commandLine = value;
      return this;
    }

    /** How the kernel is entered; by default whatever suits its format. */
    public Builder bootProtocol(BootProtocol value) {
      bootProtocol = value;
      return this;
    }

    /** RAM in bytes, a multiple of 4096; 512 MiB by default. */
    public Builder memoryBytes(long value) {
      memoryBytes = value;
      return this;
    }

    /** Processors, 1 by default. */
    public Builder vcpus(int value) {
      vcpus = value;
      return this;
    }

    /** A network device on a TAP; none by default. */
    public Builder tap(TapAttachment value) {
      tap = value;
      return this;
    }

    /**
     * Whether the host's kernel moves the network device's frames; {@link Vhost#AUTO} by default.
     */
    public Builder vhost(Vhost value) {
      vhost = value;
      return this;
    }

    /**
     * One more disk that the guest can only read: a file of whole sectors of 512 bytes, of which
     * nobody may take anything away while the VM runs. Linux calls the first /dev/vda. At most
     * {@link #MAX_DISKS}; none by default.
     */
    public Builder disk(Path image) {
      disks.add(image);
      return this;
    }

    /**
     * A socket device, whose other end is {@link MicroVm#vsock}; none by default.
     *
     * @param ports of the host, at most {@link #MAX_VSOCK_PORTS} from 1 to {@link Vsock#MAX_PORT},
     *     that the guest can connect to; none when only the host opens connections
     */
    public Builder vsock(int... ports) {
      vsock = IntStream.of(ports).boxed().collect(Collectors.toUnmodifiableSet());
      return this;
    }

    /**
     * Gets all that the guest writes to its serial console, on a thread of its own; off by default.
     * A consumer that is too slow misses the oldest bytes and never holds up the guest.
     */
    public Builder console(Consumer<ByteBuffer> value) {
      console = value;
      return this;
    }

    /**
     * Time from the start after which the VM is ended; none by default. It is the host's time: it
     * also passes while the VM is paused.
     */
    public Builder deadline(Duration value) {
      deadline = value;
      return this;
    }

    /** How much of its devices the guest may use; {@link Limits#DEFAULT} by default. */
    public Builder limits(Limits value) {
      limits = value;
      return this;
    }

    /** {@link VmmException} with {@link VmmException.Code#CONFIG} names the first bad value. */
    public MicroVmConfig build() {
      check(kernel != null, "A VM needs a kernel.");
      check(commandLine != null, "The command line may be empty but not null.");
      check(bootProtocol != null, "The boot protocol may be AUTO but not null.");
      check(
          disks.size() <= MAX_DISKS && !disks.contains(null),
          "A VM has up to " + MAX_DISKS + " disks, each with an image, not " + disks + ".");
      check(
          vsock == null
              || (vsock.size() <= MAX_VSOCK_PORTS
                  && vsock.stream().allMatch(port -> port >= 1 && port <= Vsock.MAX_PORT)),
          String.format(
              "A guest connects to up to %d ports of the host from 1 to %d, not to %s.",
              MAX_VSOCK_PORTS, Vsock.MAX_PORT, vsock));
      check(limits != null, "The limits may be RateLimit.NONE each but not null.");
      check(vhost != null, "Vhost may be AUTO but not null.");
      check(
          vhost != Vhost.ON || !limits.limitsFrames(),
          "Vhost cannot keep limits on frames: choose Vhost.AUTO or OFF, or leave out the limits.");
      check(
          vcpus >= 1 && vcpus <= MAX_VCPUS,
          "A VM has 1 to " + MAX_VCPUS + " vCPUs, not " + vcpus + ".");
      check(
          memoryBytes >= MIN_MEMORY
              && memoryBytes <= MAX_MEMORY
              && memoryBytes % GuestMemory.PAGE == 0,
          String.format(
              "A VM has %d to %d bytes of memory in multiples of %d, not %d.",
              MIN_MEMORY, MAX_MEMORY, GuestMemory.PAGE, memoryBytes));
      check(
          deadline == null || deadline.compareTo(Duration.ZERO) > 0,
          "A deadline lies in the future, not at " + deadline + ".");
      return new MicroVmConfig(this);
    }

    private static void check(boolean good, String message) {
      if (!good) {
        throw new VmmException(VmmException.Code.CONFIG, message);
      }
    }
  }
}
