package dev.cloude.vmm;

import dev.cloude.vmm.kvm.KvmRun;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLongArray;

/** Returns from KVM_RUN by reason, for one vCPU: written by its thread, read by any. */
final class ExitCounters {
  private static final int REASONS = 64;
  private static final int INTERRUPTED = REASONS;

  private final AtomicLongArray counts = new AtomicLongArray(REASONS + 1);

  void exit(int reason) {
    add(reason >= 0 && reason < REASONS ? reason : KvmRun.EXIT_UNKNOWN);
  }

  void interrupted() {
    add(INTERRUPTED);
  }

  /** Adds these counts to {@code sums}. */
  void addTo(TreeMap<String, Long> sums) {
    for (int i = 0; i <= REASONS; i++) {
      long count = counts.getOpaque(i);
      if (count > 0) {
        sums.merge(name(i), count, Long::sum);
      }
    }
  }

  static Map<String, Long> sum(Iterable<ExitCounters> all) {
    TreeMap<String, Long> sums = new TreeMap<>();
    all.forEach(c -> c.addTo(sums));
    return Map.copyOf(sums);
  }

  // One writer, so that no atomic addition is needed.
  private void add(int index) {
    counts.setOpaque(index, counts.getPlain(index) + 1);
  }

  private static String name(int index) {
    return switch (index) {
      case KvmRun.EXIT_UNKNOWN -> "unknown";
      case KvmRun.EXIT_IO -> "io";
      case KvmRun.EXIT_DEBUG -> "debug";
      case KvmRun.EXIT_HLT -> "hlt";
      case KvmRun.EXIT_MMIO -> "mmio";
      case KvmRun.EXIT_IRQ_WINDOW_OPEN -> "irq-window-open";
      case KvmRun.EXIT_SHUTDOWN -> "shutdown";
      case KvmRun.EXIT_FAIL_ENTRY -> "fail-entry";
      case KvmRun.EXIT_INTR -> "intr";
      case KvmRun.EXIT_INTERNAL_ERROR -> "internal-error";
      case KvmRun.EXIT_SYSTEM_EVENT -> "system-event";
      case INTERRUPTED -> "interrupted";
      default -> "reason-" + index;
    };
  }
}
