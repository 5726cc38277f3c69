package dev.cloude.runtime.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * How VMs are made.
 *
 * @param driver which one runs them ({@code VM_DRIVER})
 * @param kernel bzImage or vmlinux for every guest ({@code VM_KERNEL_PATH})
 * @param memoryMib each guest's memory in MiB ({@code VM_MEMORY_MIB})
 * @param vcpus each guest's processors ({@code VM_VCPUS})
 * @param maxConcurrent VMs at once on this node ({@code VM_MAX_CONCURRENT})
 * @param readyTimeout how long a guest's agent may be silent after the start, in wall time; empty
 *     when the driver's own default holds ({@code VM_READY_TIMEOUT_SECS})
 * @param logGuestConsole write what guests print on their console to the log ({@code
 *     VM_LOG_GUEST_CONSOLE})
 * @param qemuBinary name on the PATH, or path ({@code QEMU_BINARY})
 * @param grace what the host waits beyond the guest's own limits before it gives up on the agent
 *     ({@code VM_GRACE_SECS})
 * @param totalMemoryMib of all VMs together; empty for what the host has ({@code
 *     VM_TOTAL_MEMORY_MIB})
 * @param channel how agents are reached ({@code VM_CHANNEL})
 * @param prepared most VMs of our own monitor that are made ahead of their jobs ({@code
 *     VM_PREPARED})
 * @param preparedMib of the host's memory that those may hold ({@code VM_PREPARED_MIB})
 */
public record VmSettings(
    Driver driver,
    Path kernel,
    int memoryMib,
    int vcpus,
    int maxConcurrent,
    Optional<Duration> readyTimeout,
    boolean logGuestConsole,
    String qemuBinary,
    Duration grace,
    Optional<Integer> totalMemoryMib,
    Channel channel,
    int prepared,
    int preparedMib) {

  /** Ready time limit for guests that run on a processor. */
  public static final Duration READY_TIMEOUT = Duration.ofSeconds(30);

  /** Ready time limit for guests that are emulated. */
  public static final Duration READY_TIMEOUT_EMULATED = Duration.ofSeconds(180);

  /** Which driver runs VMs. */
  public enum Driver {
    /** Our own where /dev/kvm really runs guests, else QEMU. */
    AUTO,
    KVM,
    QEMU
  }

  /** How guests' agents are reached. */
  public enum Channel {
    /** By sockets where the driver has them, else over the network. */
    AUTO,
    /** By the guest's socket device. */
    VSOCK,
    /** By HTTP over the guests' network. */
    NETWORK
  }

  /** Reads and checks the VMs' settings. */
  public static VmSettings from(Settings settings) {
    return new VmSettings(
        settings.choice("VM_DRIVER", Driver.AUTO),
        settings.path("VM_KERNEL_PATH", "./vmlinux"),
        settings.number("VM_MEMORY_MIB", 512, 64, 65_536),
        settings.number("VM_VCPUS", 1, 1, 32),
        settings.number("VM_MAX_CONCURRENT", 4, 1, 256),
        settings
            .optionalNumber("VM_READY_TIMEOUT_SECS", 1, 3600)
            .map(seconds -> Duration.ofSeconds(seconds)),
        settings.flag("VM_LOG_GUEST_CONSOLE", false),
        settings.text("QEMU_BINARY", "qemu-system-x86_64"),
        Duration.ofSeconds(settings.number("VM_GRACE_SECS", 10, 1, 300)),
        settings.optionalNumber("VM_TOTAL_MEMORY_MIB", 64, 1 << 30),
        settings.choice("VM_CHANNEL", Channel.AUTO),
        settings.number("VM_PREPARED", 8, 0, 64),
        settings.number("VM_PREPARED_MIB", 256, 1, 65_536));
  }

  /** The ready time limit that holds for a driver. */
  public Duration readyTimeout(boolean emulated) {
    return readyTimeout.orElse(emulated ? READY_TIMEOUT_EMULATED : READY_TIMEOUT);
  }
}
