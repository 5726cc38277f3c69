package dev.cloude.vmm.child;

import dev.cloude.vmm.MachineShape;
import dev.cloude.vmm.MicroVmConfig;
import dev.cloude.vmm.VmExit;
import dev.cloude.vmm.VmmException;
import dev.cloude.vmm.libc.OwnProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Runs each VM in a child process, which is confined before its guest's first instruction and is
 * gone, with all it held, when the VM is, when this is closed, and when this process dies.
 * Thread-safe.
 */
public final class IsolatedVms implements AutoCloseable {
  private static final long START_SECONDS = 120;

  private final SharedFolder folder;
  private final ChildStarter starter;
  private final SpareChildren spares;
  private final Optional<UserNumbers> users;
  private final List<String> notes = new ArrayList<>();
  private final Set<ChildProcess> running = ConcurrentHashMap.newKeySet();
  private volatile boolean closed;

  private IsolatedVms(IsolationSettings settings) {
    this.folder = newFolder();
    try {
      this.users = users(settings);
      this.starter =
          new ChildStarter(
              ChildCommand.of(ChildClassPath.in(folder.path()), folder.path()),
              folder.path(),
              groups(settings.memoryGroups()));
    } catch (RuntimeException | Error e) {
      folder.close();
      throw e;
    }
    this.spares = new SpareChildren(settings.prestarted(), starter);
  }

  /**
   * Starts the first child, to see that it can be done, and those that are to wait.
   *
   * @throws VmmException {@link VmmException.Code#PROCESS} when VMs cannot have processes of their
   *     own here, with the reason
   */
  public static IsolatedVms open(IsolationSettings settings) throws InterruptedException {
    IsolatedVms vms = new IsolatedVms(settings);
    try {
      vms.spares.open();
      return vms;
    } catch (InterruptedException | RuntimeException | Error e) {
      vms.close();
      throw e;
    }
  }

  /** What keeps VMs apart less than it could, a sentence each. */
  public List<String> notes() {
    return List.copyOf(notes);
  }

  /** How many processes wait for a VM. */
  public int prestarted() {
    return spares.waiting();
  }

  /**
   * Starts a VM; returns when its vCPUs have been set running.
   *
   * @throws VmmException when that cannot be done, and then nothing is left of it
   * @throws InterruptedException and then nothing is left of it either
   */
  public IsolatedVm start(MicroVmConfig config) throws InterruptedException {
    try {
      return start(spares.take(), config);
    } finally {
      spares.refill();
    }
  }

  /**
   * Makes a VM ahead of its start, in a process that waits with it.
   *
   * @param shape whose initramfs is not mapped
   * @throws VmmException when that cannot be done, and then nothing is left of it
   * @throws InterruptedException and then nothing is left of it either
   */
  public PreparedIsolatedVm prepare(MachineShape shape) throws InterruptedException {
    if (shape.mapInitrd()) {
      throw new VmmException(
          VmmException.Code.CONFIG, "A VM in a process of its own does not map its initramfs.");
    }
    ChildProcess child = spares.another();
    keep(child);
    try {
      child.prepare(absolute(shape), shape.memoryBytes() + ChildStarter.OWN_MEMORY);
      return new PreparedIsolatedVm(this, child, shape, await(child, child.prepared(), "made"));
    } catch (InterruptedException | RuntimeException | Error e) {
      child.kill();
      throw e;
    }
  }

  private void keep(ChildProcess child) {
    running.add(child);
    child.exit().thenRun(() -> running.remove(child));
    if (closed) {
      child.kill();
      throw new VmmException(VmmException.Code.PROCESS, "No more VMs are started: this is over.");
    }
  }

  IsolatedVm start(ChildProcess child, MicroVmConfig config) throws InterruptedException {
    OptionalInt user;
    try {
      user = users.map(all -> OptionalInt.of(all.take())).orElse(OptionalInt.empty());
    } catch (VmmException e) {
      child.kill();
      throw e;
    }
    running.add(child);
    CompletableFuture<VmExit> exit =
        child
            .exit()
            .thenApply(
                end -> {
                  running.remove(child);
                  user.ifPresent(number -> users.orElseThrow().giveBack(number));
                  return end;
                });
    IsolatedVm vm = new IsolatedVm(config.name(), child, exit);
    try {
      if (closed) {
        throw new VmmException(VmmException.Code.PROCESS, "No more VMs are started: this is over.");
      }
      child.start(
          message(config, user),
          config.console().orElse(bytes -> {}),
          config.memoryBytes() + ChildStarter.OWN_MEMORY);
      await(child, child.started(), "started");
      return vm;
    } catch (InterruptedException | RuntimeException | Error e) {
      vm.close();
      throw e;
    }
  }

  /** Kills every child, also those that run VMs, and waits for their ends. Idempotent. */
  @Override
  public void close() {
    closed = true;
    spares.close();
    List<ChildProcess> left = List.copyOf(running);
    left.forEach(ChildProcess::kill);
    CompletableFuture.allOf(left.stream().map(ChildProcess::exit).toArray(CompletableFuture[]::new))
        .completeOnTimeout(null, START_SECONDS, TimeUnit.SECONDS)
        .join();
    starter.close();
    folder.close();
  }

  private static <T> T await(ChildProcess child, CompletableFuture<T> done, String what)
      throws InterruptedException {
    try {
      return done.get(START_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof VmmException known) {
        throw new VmmException(known.code(), known.getMessage(), e);
      }
      throw new IllegalStateException(e.getCause());
    } catch (TimeoutException e) {
      throw new VmmException(
          VmmException.Code.PROCESS,
          "The process "
              + child.id()
              + " has not "
              + what
              + " its VM within "
              + START_SECONDS
              + " s and was killed.",
          e);
    }
  }

  private static MachineShape absolute(MachineShape shape) {
    return new MachineShape(
        shape.kernel().toAbsolutePath(),
        shape.initrd().map(Path::toAbsolutePath),
        false,
        shape.bootProtocol(),
        shape.memoryBytes(),
        shape.vcpus(),
        shape.network(),
        shape.disks().stream().map(Path::toAbsolutePath).toList(),
        shape.vsock(),
        shape.limits());
  }

  private static Message.Start message(MicroVmConfig config, OptionalInt user) {
    return new Message.Start(
        config.name(),
        config.kernel().toAbsolutePath().toString(),
        config.initrd().map(path -> path.toAbsolutePath().toString()),
        config.commandLine(),
        config.bootProtocol(),
        config.memoryBytes(),
        config.vcpus(),
        config.tap().map(tap -> new Message.Tap(tap.name(), tap.mac().toString())),
        config.vhost(),
        config.disks().stream().map(path -> path.toAbsolutePath().toString()).toList(),
        config.vsock().map(ports -> ports.stream().sorted().toList()),
        config.console().isPresent(),
        config.deadline(),
        config.limits(),
        user);
  }

  private Optional<UserNumbers> users(IsolationSettings settings) {
    if (OwnProcess.isRoot()) {
      return Optional.of(new UserNumbers(settings.firstUser(), IsolationSettings.MAX_USERS));
    }
    notes.add("VMs' processes stay this user's and see its files: only root can change that.");
    return Optional.empty();
  }

  private Optional<MemoryGroups> groups(Path parent) {
    try {
      return Optional.of(MemoryGroups.open(parent));
    } catch (IOException e) {
      notes.add("VMs' processes have no memory limit of their own: " + e.getMessage() + ".");
      return Optional.empty();
    }
  }

  private static SharedFolder newFolder() {
    try {
      return SharedFolder.in(Path.of(System.getProperty("java.io.tmpdir")));
    } catch (IOException e) {
      throw new VmmException(
          VmmException.Code.PROCESS,
          "There is no folder for what VMs' processes need: " + e.getMessage(),
          e);
    }
  }
}
