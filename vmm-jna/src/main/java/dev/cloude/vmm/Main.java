package dev.cloude.vmm;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/**
 * Boots one VM from the command line and tells on standard error how it ended. Exit code 0 when the
 * guest switched itself off or restarted, 2 for bad usage, 1 otherwise.
 */
public final class Main {
  private static final int OK = 0;
  private static final int FAILED = 1;
  private static final int USAGE = 2;

  private Main() {}

  public static void main(String[] arguments) {
    System.exit(run(arguments, System.err));
  }

  static int run(String[] arguments, PrintStream err) {
    Arguments parsed;
    MicroVmConfig config;
    try {
      parsed = Arguments.parse(arguments);
      if (parsed.probe()) {
        return probe(err);
      }
      config = parsed.config(Main::print);
    } catch (VmmException e) {
      err.println(e.getMessage());
      err.println(Arguments.HELP);
      return USAGE;
    }
    try (MicroVm vm = MicroVm.start(config)) {
      VmExit exit = vm.exit().join();
      err.println(exit.cause() + ": " + exit.detail());
      if (parsed.statistics()) {
        err.println(vm.phases());
        err.println(vm.counters());
      }
      boolean good = exit.cause() == ExitCause.POWER_OFF || exit.cause() == ExitCause.RESET;
      return good ? OK : FAILED;
    } catch (VmmException e) {
      err.println(e.code() + ": " + e.getMessage());
      return FAILED;
    }
  }

  private static int probe(PrintStream err) {
    KvmProbe.Verdict verdict = KvmProbe.run();
    err.println((verdict.usable() ? "usable: " : "not usable: ") + verdict.reason());
    return verdict.usable() ? OK : FAILED;
  }

  @SuppressWarnings("resource") // Standard output stays open.
  private static void print(ByteBuffer bytes) {
    try {
      FileChannel out = new FileOutputStream(FileDescriptor.out).getChannel();
      while (bytes.hasRemaining()) {
        out.write(bytes);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot write the console to standard output", e);
    }
  }
}
