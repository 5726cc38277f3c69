package dev.cloude.vmm.child;

import dev.cloude.vmm.VmmException;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;

/**
 * Starts children, all on one thread that lives as long as any of them: the kernel ends a child
 * when the thread that started it is gone.
 */
final class ChildStarter implements AutoCloseable {
  /** Bytes that a child may take before it has a VM. */
  static final long OWN_MEMORY = 192L << 20;

  private final List<String> command;
  private final Path folder;
  private final Optional<MemoryGroups> groups;
  private final BlockingQueue<CompletableFuture<ChildProcess>> wanted = new LinkedBlockingQueue<>();
  private final Thread thread = new Thread(this::run, "vm-process-starter");

  /** Guarded by this. */
  private boolean closed;

  /**
   * @param folder for the children's complaints
   */
  ChildStarter(List<String> command, Path folder, Optional<MemoryGroups> groups) {
    this.command = command;
    this.folder = folder;
    this.groups = groups;
    thread.setDaemon(true);
    thread.setContextClassLoader(null);
    thread.start();
  }

  /** A new child, as soon as there is a process; fails with a {@link VmmException}. */
  synchronized CompletableFuture<ChildProcess> start() {
    CompletableFuture<ChildProcess> child = new CompletableFuture<>();
    if (closed) {
      child.completeExceptionally(
          new VmmException(
              VmmException.Code.PROCESS, "No more processes for VMs are started: this is over."));
    } else {
      wanted.add(child);
    }
    return child;
  }

  /** Ends the thread, and with it every child that still runs. */
  @Override
  public void close() {
    synchronized (this) {
      closed = true;
    }
    thread.interrupt();
  }

  private void run() {
    try {
      while (true) {
        CompletableFuture<ChildProcess> child = wanted.take();
        try {
          child.complete(spawn());
        } catch (IOException e) {
          child.completeExceptionally(
              new VmmException(
                  VmmException.Code.PROCESS,
                  "No process can be started for a VM: " + e.getMessage(),
                  e));
        } catch (RuntimeException | Error e) {
          child.completeExceptionally(e);
        }
      }
    } catch (InterruptedException e) {
      // Closed.
      wanted.forEach(child -> child.cancel(false));
    }
  }

  // What Java starts gets its three descriptors and no other. Complaints go to a file: a child may
  // not be held up by nobody reading them, and its limits keep the file small.
  private ChildProcess spawn() throws IOException {
    Path complaints = Files.createTempFile(folder, "child", ".err");
    ProcessBuilder builder =
        new ProcessBuilder(command).directory(new File("/")).redirectError(complaints.toFile());
    builder.environment().clear();
    // For the names of files; without it Java knows only those in ASCII.
    builder.environment().put("LC_ALL", "C.UTF-8");
    Process process = builder.start();
    try {
      Optional<MemoryGroup> group = Optional.empty();
      if (groups.isPresent()) {
        group = Optional.of(groups.get().add(process.pid(), OWN_MEMORY));
      }
      return ChildProcess.attach(process, complaints, group);
    } catch (IOException | RuntimeException | Error e) {
      process.destroyForcibly();
      throw e;
    }
  }
}
