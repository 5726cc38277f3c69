package dev.cloude.runtime.driver.qemu;

import dev.cloude.runtime.driver.ConsoleTail;
import dev.cloude.runtime.driver.VmDriver;
import dev.cloude.runtime.driver.VmHandle;
import dev.cloude.runtime.driver.VmSpec;
import dev.cloude.runtime.job.PlatformException;
import dev.cloude.runtime.job.PlatformException.Code;
import java.io.File;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Runs each VM in a QEMU process, which is killed and reaped whatever happens. */
public final class QemuDriver implements VmDriver {
  private static final Logger LOG = System.getLogger(QemuDriver.class.getName());
  private static final long START_SECONDS = 30;

  private final QemuBinary binary;
  private final Accelerator accelerator;
  private final boolean vhost;
  private final String owner;
  private final Executor readers;

  /**
   * @param binary the QEMU to run
   * @param accelerator what executes the guests
   * @param vhost whether the host's kernel moves the frames
   * @param owner names this server among all on this host; the same in its next life
   * @param readers runs two tasks per VM, for as long as it lives
   */
  public QemuDriver(
      QemuBinary binary, Accelerator accelerator, boolean vhost, String owner, Executor readers) {
    this.binary = binary;
    this.accelerator = accelerator;
    this.vhost = vhost;
    this.owner = owner;
    this.readers = readers;
  }

  @Override
  public String description() {
    return accelerator.emulated() ? "qemu (emulated)" : "qemu (kvm)";
  }

  @Override
  public boolean emulated() {
    return accelerator.emulated();
  }

  @Override
  public boolean hasDisks() {
    return true;
  }

  @Override
  public VmHandle start(VmSpec spec) throws PlatformException, InterruptedException {
    ConsoleTail console =
        spec.logConsole()
            ? new ConsoleTail(
                line -> LOG.log(Level.INFO, "{0}: console: {1}", spec.subject(), line))
            : new ConsoleTail();
    QemuProcess qemu = launch(spec, console);
    try {
      qemu.running().get(START_SECONDS, TimeUnit.SECONDS);
      return qemu;
    } catch (ExecutionException e) {
      qemu.close();
      throw failed(e.getCause().getMessage(), e);
    } catch (TimeoutException e) {
      qemu.close();
      throw failed("QEMU did not answer in " + START_SECONDS + " s", e);
    } catch (InterruptedException e) {
      qemu.close();
      throw e;
    }
  }

  private QemuProcess launch(VmSpec spec, ConsoleTail console) throws PlatformException {
    String name = QemuOrphans.processName(owner, spec.name());
    ProcessBuilder builder =
        new ProcessBuilder(QemuCommand.of(binary, accelerator, vhost, spec, name))
            .directory(new File("/"));
    builder.environment().clear();
    try {
      return QemuProcess.attach(builder.start(), console, readers);
    } catch (IOException e) {
      throw failed(e.getMessage(), e);
    } catch (RejectedExecutionException e) {
      throw failed("the server has no thread to read what it says, or is shutting down", e);
    }
  }

  private PlatformException failed(String why, Exception cause) {
    return new PlatformException(
        Code.VM_START_FAILED,
        "The VM could not be started with " + binary.path() + ": " + why + ".",
        cause);
  }
}
