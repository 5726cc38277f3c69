package dev.cloude.vmm.child;

import dev.cloude.vmm.MicroVm;
import dev.cloude.vmm.MicroVmConfig;
import dev.cloude.vmm.PreparedVm;
import dev.cloude.vmm.TapAttachment;
import dev.cloude.vmm.VmExit;
import dev.cloude.vmm.VmmException;
import dev.cloude.vmm.confine.Confinement;
import dev.cloude.vmm.libc.ErrnoException;
import dev.cloude.vmm.libc.OwnProcess;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * A process that runs one VM and ends with it. Waits for the VM on its standard input, confines
 * itself when all is open, and tells on its standard output how it goes. It ends when its input
 * ends, which it does when its parent is gone.
 */
public final class ChildMain {
  /** Most bytes of a guest's console that are passed on. */
  static final long MAX_CONSOLE = 4L << 20;

  private static final int OK = 0;

  private static final int FAILED = 1;

  // What a VM opens: a few for KVM, one for each vCPU, two or three for each device and disk.
  private static final int DESCRIPTORS = 128;
  // What a JVM has: compiler, collector, signals, and the VM's own beyond its vCPUs.
  private static final int TASKS = 64;

  private final MessageReader in;
  private final MessageWriter out;
  private long consoleLeft = MAX_CONSOLE;

  private ChildMain(MessageReader in, MessageWriter out) {
    this.in = in;
    this.out = out;
  }

  /** Takes no arguments. */
  @SuppressWarnings("resource") // Standard input and output stay open.
  public static void main(String[] arguments) {
    int code = FAILED;
    try {
      new ChildMain(
              new MessageReader(new FileInputStream(FileDescriptor.in)),
              new MessageWriter(ChildOutput.take()))
          .run();
      code = OK;
    } catch (IOException | RuntimeException | LinkageError e) {
      System.err.println(e);
    } finally {
      // No shutdown hooks, no waiting for threads.
      Runtime.getRuntime().halt(code);
    }
  }

  private void run() throws IOException {
    OwnProcess.dieWithStarter();
    WarmUp.run();
    out.write(new Message.Ready());
    Optional<Message> next = in.next();
    Optional<PreparedVm> made = Optional.empty();
    if (next.isPresent() && next.get() instanceof Message.Prepare ahead) {
      made = orRefuse(() -> MicroVm.prepare(ahead.shape()));
      if (made.isEmpty()) {
        return;
      }
      out.write(new Message.Prepared(made.get().heldBytes()));
      next = in.next();
    }
    if (next.isEmpty()) {
      return;
    }
    if (!(next.get() instanceof Message.Start start)) {
      throw new MessageException("the first message is not the VM's start");
    }
    PreparedVm waiting = made.orElse(null);
    Optional<MicroVm> vm = orRefuse(() -> start(start, waiting));
    if (vm.isPresent()) {
      serve(vm.get(), start);
    }
  }

  private MicroVm start(Message.Start start, PreparedVm waiting) {
    MicroVmConfig config = config(start);
    return waiting == null
        ? MicroVm.start(config, () -> confine(start))
        : waiting.start(config, () -> confine(start));
  }

  /** What was made; empty when it could not be, and the parent was told why. */
  private <T> Optional<T> orRefuse(Supplier<T> maker) throws IOException {
    try {
      return Optional.of(maker.get());
    } catch (VmmException e) {
      out.write(new Message.Refused(e.code(), e.getMessage()));
    } catch (ErrnoException | IllegalStateException | IllegalArgumentException e) {
      out.write(new Message.Refused(VmmException.Code.PROCESS, e.getMessage()));
    }
    return Optional.empty();
  }

  private void serve(MicroVm vm, Message.Start start) throws IOException {
    out.write(new Message.Started(Figures.of(vm.phases())));
    Optional<SocketRelay> relay =
        start
            .ports()
            .map(ports -> SocketRelay.start(vm.polledVsock(), ports, out, ChildMain::fail));
    vm.exit().thenAccept(exit -> tell(vm, relay, exit));
    obey(vm, relay);
  }

  // Also this thread's stay: the kernel ends the process when its starter is gone for as long as
  // the thread lives that asked for it.
  private void obey(MicroVm vm, Optional<SocketRelay> relay) throws IOException {
    for (Optional<Message> next = in.next(); next.isPresent(); next = in.next()) {
      if (next.get() instanceof Message.Stop) {
        vm.requestStop();
      } else if (next.get() instanceof Message.AgentReady) {
        vm.agentReady();
      } else if (next.get() instanceof SocketMessage socket && relay.isPresent()) {
        relay.get().take(socket);
      }
    }
  }

  private static void fail(Exception why) {
    System.err.println(why);
    Runtime.getRuntime().halt(FAILED);
  }

  private void tell(MicroVm vm, Optional<SocketRelay> relay, VmExit exit) {
    int code = FAILED;
    try {
      // Waits for what is left of the console.
      vm.close();
      if (relay.isPresent()) {
        relay.get().finish();
      }
      out.write(
          new Message.Ended(exit.cause(), exit.detail(), Figures.of(vm.phases(), vm.counters())));
      code = OK;
    } catch (IOException | InterruptedException | RuntimeException e) {
      System.err.println(e);
    } finally {
      Runtime.getRuntime().halt(code);
    }
  }

  private MicroVmConfig config(Message.Start start) {
    MicroVmConfig.Builder config =
        MicroVmConfig.builder(Path.of(start.kernel()))
            .name(start.name())
            .commandLine(start.commandLine())
            .bootProtocol(start.protocol())
            .memoryBytes(start.memoryBytes())
            .limits(start.limits())
            .vhost(start.vhost())
            .vcpus(start.vcpus());
    start.initrd().ifPresent(initrd -> config.initrd(Path.of(initrd)));
    start.tap().ifPresent(tap -> config.tap(new TapAttachment(tap.name(), tap.mac())));
    start.disks().forEach(disk -> config.disk(Path.of(disk)));
    start
        .ports()
        .ifPresent(ports -> config.vsock(ports.stream().mapToInt(Integer::intValue).toArray()));
    start.deadline().ifPresent(config::deadline);
    if (start.console()) {
      config.console(this::print);
    }
    return config.build();
  }

  private void print(ByteBuffer bytes) {
    if (consoleLeft < bytes.remaining()) {
      return;
    }
    consoleLeft -= bytes.remaining();
    try {
      while (bytes.hasRemaining()) {
        byte[] part = new byte[Math.min(bytes.remaining(), MessageWriter.MAX_BYTES / 2)];
        bytes.get(part);
        out.write(new Message.Console(part));
      }
    } catch (IOException e) {
      throw new UncheckedIOException("The console's reader is gone", e);
    }
  }

  private static void confine(Message.Start start) {
    new Confinement(start.user(), DESCRIPTORS + start.vcpus(), TASKS + start.vcpus()).apply();
  }
}
