package dev.cloude.vmm.boot;

import dev.cloude.vmm.kvm.CpuidEntry;
import java.util.ArrayList;
import java.util.List;

/**
 * The CPUID of one vCPU: what the host's KVM supports, made true for this machine. One thread per
 * core, all cores in one package, no nested virtualisation, no performance counters, no power
 * management.
 */
public final class GuestCpuid {
  private static final int AMD_EBX = 0x68747541;
  private static final int HYGON_EBX = 0x6f677948;
  private static final int LEVEL_SMT = 1;
  private static final int LEVEL_CORE = 2;

  private static final int XSAVE = 1 << 26;
  // What a program finds unusable without xsave, yet some hosts still list: FMA, AVX, F16C; AVX2
  // and
  // the AVX-512 family.
  private static final int LEAF_1_ECX_NEEDS_XSAVE = 1 << 12 | 1 << 28 | 1 << 29;
  private static final int LEAF_7_EBX_NEEDS_XSAVE =
      1 << 5 | 1 << 16 | 1 << 17 | 1 << 21 | 1 << 26 | 1 << 27 | 1 << 28 | 1 << 30 | 1 << 31;

  private final List<CpuidEntry> supported;
  private final boolean tscDeadline;
  private final boolean amd;
  private final boolean xsave;
  private final int maxLeaf;

  /**
   * @param supported what KVM offers
   * @param tscDeadline whether KVM's local APIC has the TSC-deadline timer
   */
  public GuestCpuid(List<CpuidEntry> supported, boolean tscDeadline) {
    this.supported = List.copyOf(supported);
    this.tscDeadline = tscDeadline;
    CpuidEntry first =
        supported.stream()
            .filter(e -> e.function() == 0)
            .findFirst()
            .orElse(new CpuidEntry(0, 0, 0, 0, 0, 0, 0));
    this.amd = first.ebx() == AMD_EBX || first.ebx() == HYGON_EBX;
    this.maxLeaf = first.eax();
    this.xsave = supported.stream().anyMatch(e -> e.function() == 1 && (e.ecx() & XSAVE) != 0);
  }

  /**
   * @param id of the vCPU, also its APIC id
   * @param count vCPUs of the machine
   */
  public List<CpuidEntry> forVcpu(int id, int count) {
    List<CpuidEntry> entries = new ArrayList<>(supported.size() + 6);
    for (CpuidEntry e : supported) {
      if (e.function() != 0xb && e.function() != 0x1f) {
        entries.add(normalised(e, id, count));
      }
    }
    addTopology(entries, 0xb, id, count);
    if (!amd) {
      addTopology(entries, 0x1f, id, count);
    }
    return entries;
  }

  private CpuidEntry normalised(CpuidEntry e, int id, int count) {
    int a = e.eax();
    int b = e.ebx();
    int c = e.ecx();
    int d = e.edx();
    switch (e.function()) {
      case 1:
        b = b & 0xff | 8 << 8 | 1 << bits(count) + 16 | id << 24;
        // Hypervisor present; no VMX, no PDCM.
        c = (c | 1 << 31) & ~(1 << 5) & ~(1 << 15);
        c = tscDeadline ? c | 1 << 24 : c & ~(1 << 24);
        c = xsave ? c : c & ~LEAF_1_ECX_NEEDS_XSAVE;
        d = count > 1 ? d | 1 << 28 : d & ~(1 << 28);
        break;
      case 4:
        if ((a & 0x1f) != 0) {
          a = a & 0x3fff | (sharing(a, count) - 1) << 14 | (1 << bits(count)) - 1 << 26;
        }
        break;
      case 6:
        // Neither turbo nor energy bias; ARAT stays, the APIC timer runs in every idle state.
        a &= 1 << 2;
        b = 0;
        c = 0;
        break;
      case 7:
        if (e.index() == 0) {
          b = xsave ? b : b & ~LEAF_7_EBX_NEEDS_XSAVE;
          c &= ~(1 << 5);
          d = amd ? d & ~(1 << 29) : d;
        }
        break;
      case 0xa:
        a = b = c = d = 0;
        break;
      case 0x80000001:
        // No SVM. AMD: "more than one core" by the legacy method.
        c &= ~(1 << 2);
        c = amd && count > 1 ? c | 1 << 1 : c & ~(1 << 1);
        break;
      case 0x80000008:
        c = amd ? bits(count) << 12 | count - 1 : c;
        break;
      case 0x8000000a:
        a = b = c = d = 0;
        break;
      case 0x8000001d:
        a = (a & 0x1f) == 0 ? a : a & 0x3fff | (sharing(a, count) - 1) << 14;
        break;
      case 0x8000001e:
        a = id;
        b = id;
        c = 0;
        break;
      default:
    }
    return e.with(a, b, c, d);
  }

  // The last level is shared by all cores, the others by none.
  private static int sharing(int eax, int count) {
    int level = eax >> 5 & 7;
    return level >= 3 ? 1 << bits(count) : 1;
  }

  private void addTopology(List<CpuidEntry> entries, int leaf, int id, int count) {
    if (Integer.compareUnsigned(maxLeaf, leaf) < 0) {
      return;
    }
    entries.add(topology(leaf, 0, 0, 1, LEVEL_SMT, id));
    entries.add(topology(leaf, 1, bits(count), count, LEVEL_CORE, id));
    entries.add(topology(leaf, 2, 0, 0, 0, id));
  }

  private static CpuidEntry topology(
      int leaf, int index, int shift, int processors, int level, int id) {
    return new CpuidEntry(
        leaf, index, CpuidEntry.SIGNIFICANT_INDEX, shift, processors, level << 8 | index, id);
  }

  // Width of an APIC id: 0 for one core, 5 for 17 to 32.
  private static int bits(int count) {
    return 32 - Integer.numberOfLeadingZeros(count - 1);
  }
}
