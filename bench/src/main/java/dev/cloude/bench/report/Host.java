package dev.cloude.bench.report;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * Where the figures were measured.
 *
 * @param cpu model of the processor
 * @param cores processors this process may use
 * @param memoryMib RAM of the host
 * @param kernel release of the host's kernel
 * @param kvm what stands behind /dev/kvm
 * @param java the virtual machine's name and version
 * @param load mean number of running tasks of the minute before the benchmark
 */
@JsonPropertyOrder({"cpu", "cores", "memoryMib", "kernel", "kvm", "java", "load"})
public record Host(
    String cpu, int cores, long memoryMib, String kernel, String kvm, String java, double load) {

  /** This host. {@code kvm} describes its /dev/kvm. */
  public static Host here(String kvm) {
    return read(Path.of("/proc"), kvm);
  }

  static Host read(Path proc, String kvm) {
    try {
      return new Host(
          field(Files.readString(proc.resolve("cpuinfo")), "model name"),
          Runtime.getRuntime().availableProcessors(),
          Long.parseLong(
                  field(Files.readString(proc.resolve("meminfo")), "MemTotal").split(" ", 2)[0])
              >> 10,
          Files.readString(proc.resolve("sys/kernel/osrelease")).strip(),
          kvm,
          System.getProperty("java.vm.name") + " " + System.getProperty("java.version"),
          Double.parseDouble(Files.readString(proc.resolve("loadavg")).split(" ", 2)[0]));
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read what this host is: " + e.getMessage(), e);
    }
  }

  /** One line for people. */
  public String line() {
    return String.format(
        "%s, %d cores, %d MiB, Linux %s, %s; load %.1f; %s",
        cpu, cores, memoryMib, kernel, java, load, kvm);
  }

  // "model name : AMD EPYC" and "MemTotal:  123 kB" alike.
  private static String field(String text, String name) {
    return Arrays.stream(text.split("\n"))
        .filter(line -> line.startsWith(name))
        .map(line -> line.substring(line.indexOf(':') + 1).strip())
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("/proc tells no '" + name + "'."));
  }
}
