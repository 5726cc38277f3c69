package dev.cloude.vmm;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.management.JMException;
import javax.management.ObjectName;

/** This process's memory beyond its Java heap. */
final class NativeMemory {
  private static final Pattern ADDRESS = Pattern.compile("0x([0-9a-f]{8,16})");

  private NativeMemory() {}

  /** Bytes that are in memory, of all mappings outside the Java heap. */
  static long resident() {
    long[] heap = heap();
    long sum = 0;
    boolean inHeap = false;
    try {
      for (String line : Files.readAllLines(Path.of("/proc/self/smaps"))) {
        if (line.matches("[0-9a-f]+-[0-9a-f]+ .*")) {
          long start = Long.parseUnsignedLong(line.substring(0, line.indexOf('-')), 16);
          inHeap = start >= heap[0] && start < heap[1];
        } else if (line.startsWith("Rss:") && !inHeap) {
          sum += Long.parseLong(line.replaceAll("[^0-9]", "")) << 10;
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return sum;
  }

  // The only place where a JVM tells where its heap lies, for every collector: the ranges of its
  // generations or of the whole.
  private static long[] heap() {
    try {
      String text =
          (String)
              ManagementFactory.getPlatformMBeanServer()
                  .invoke(
                      new ObjectName("com.sun.management:type=DiagnosticCommand"),
                      "gcHeapInfo",
                      null,
                      null);
      long[] range = {Long.MAX_VALUE, 0};
      for (Matcher m = ADDRESS.matcher(text); m.find(); ) {
        long address = Long.parseLong(m.group(1), 16);
        range[0] = Math.min(range[0], address);
        range[1] = Math.max(range[1], address);
      }
      return range;
    } catch (JMException e) {
      throw new IllegalStateException("This JVM does not tell where its heap is", e);
    }
  }
}
