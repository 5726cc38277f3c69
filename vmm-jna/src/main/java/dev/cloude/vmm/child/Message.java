package dev.cloude.vmm.child;

import dev.cloude.vmm.ExitCause;
import dev.cloude.vmm.Limits;
import dev.cloude.vmm.MachineShape;
import dev.cloude.vmm.Vhost;
import dev.cloude.vmm.VmmException;
import dev.cloude.vmm.boot.BootProtocol;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What a process with a VM and the process that started it say to each other.
 *
 * <pre>
 *   parent                         child
 *                     Ready ◀───── natives loaded, waits
 *   Prepare ───▶                   at most once, and then
 *       Prepared or Refused ◀────  loaded, waits for a Start of the same shape
 *   Start ─────▶
 *         Started or Refused ◀──── confined, the guest runs
 *                   Console ◀────  any number, if asked for
 *   SocketMessage ▶ ◀ SocketMessage  any number, if it has sockets
 *   AgentReady ▶                   any time
 *   Stop ──────▶                   any time
 *                     Ended ◀────  the VM is gone, and so is the child
 * </pre>
 */
sealed interface Message
    permits Message.Ready,
        Message.Prepare,
        Message.Prepared,
        Message.Start,
        Message.Started,
        Message.Refused,
        Message.Console,
        Message.AgentReady,
        Message.Stop,
        Message.Ended,
        SocketMessage {

  /** The child can take a VM. */
  record Ready() implements Message {}

  /** The VM to make ahead of its start. Its initramfs is not mapped. */
  record Prepare(MachineShape shape) implements Message {}

  /**
   * The VM waits.
   *
   * @param heldBytes of the host's memory that its RAM takes meanwhile
   */
  record Prepared(long heldBytes) implements Message {}

  /**
   * The VM to start.
   *
   * @param tap name of a TAP device and the guest's address, in its usual form
   * @param vhost whether the host's kernel moves the frames
   * @param disks paths of images
   * @param ports of the host that the guest's sockets can connect to; empty without sockets
   * @param console whether {@link Console} messages are wanted
   * @param user whom the child becomes; empty when it stays who it is
   */
  record Start(
      String name,
      String kernel,
      Optional<String> initrd,
      String commandLine,
      BootProtocol protocol,
      long memoryBytes,
      int vcpus,
      Optional<Tap> tap,
      Vhost vhost,
      List<String> disks,
      Optional<List<Integer>> ports,
      boolean console,
      Optional<Duration> deadline,
      Limits limits,
      OptionalInt user)
      implements Message {}

  /** A network device. */
  record Tap(String name, String mac) {}

  /**
   * The VM's vCPUs have been set running.
   *
   * @param figures by name: nanoseconds since the start was asked for
   */
  record Started(Map<String, Long> figures) implements Message {}

  /** The VM could not be started; the child ends. */
  record Refused(VmmException.Code code, String sentence) implements Message {}

  /** Bytes that the guest wrote to its console. */
  record Console(byte[] bytes) implements Message {}

  /** What the guest is to run answers now. */
  record AgentReady() implements Message {}

  /** Ask the guest to end. */
  record Stop() implements Message {}

  /**
   * The VM is gone; the child ends.
   *
   * @param figures by name: counts, and nanoseconds since the start was asked for
   */
  record Ended(ExitCause cause, String detail, Map<String, Long> figures) implements Message {}
}
