package dev.cloude.vmm.boot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloude.vmm.kvm.CpuidEntry;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class GuestCpuidTest {
  private static final int INTEL = 0x756e6547;
  private static final int AMD = 0x68747541;

  private static CpuidEntry entry(int function, int index, int a, int b, int c, int d) {
    return new CpuidEntry(function, index, CpuidEntry.SIGNIFICANT_INDEX, a, b, c, d);
  }

  private static List<CpuidEntry> host(int vendor) {
    return List.of(
        entry(0, 0, 0x1f, vendor, 0, 0),
        entry(1, 0, 0x306f2, 0xff000000, -1, -1),
        entry(4, 0, 0x1c004121, 0, 0, 0),
        entry(4, 3, 0x1c03c163, 0, 0, 0),
        entry(4, 4, 0, 0, 0, 0),
        entry(6, 0, 0x77, 2, 9, 0),
        entry(7, 0, 0, -1, -1, -1),
        entry(0xa, 0, 0x7300403, 0, 0, 0x603),
        entry(0xb, 0, 1, 2, 0x100, 0x5),
        entry(0x1f, 0, 1, 2, 0x100, 0x5),
        entry(0x40000000, 0, 0x40000001, 0x4b4d564b, 0x564b4d56, 0x4d),
        entry(0x80000001, 0, 0, 0, -1, 0),
        entry(0x80000008, 0, 0x3030, 0, 0x7007, 0),
        entry(0x8000000a, 0, 1, 2, 3, 4),
        entry(0x8000001e, 0, 9, 9, 9, 9));
  }

  private static CpuidEntry leaf(List<CpuidEntry> entries, int function, int index) {
    List<CpuidEntry> found = new ArrayList<>(entries);
    found.removeIf(e -> e.function() != function || e.index() != index);
    assertThat(found).hasSize(1);
    return found.get(0);
  }

  private static boolean bit(int value, int number) {
    return (value >> number & 1) == 1;
  }

  @Test
  void leafOneTellsThisMachine() {
    CpuidEntry one = leaf(new GuestCpuid(host(INTEL), true).forVcpu(3, 4), 1, 0);
    assertThat(one.ebx() >>> 24).as("APIC id").isEqualTo(3);
    assertThat(one.ebx() >> 16 & 0xff).as("processors").isEqualTo(4);
    assertThat(one.ebx() >> 8 & 0xff).as("CLFLUSH").isEqualTo(8);
    assertThat(bit(one.ecx(), 31)).as("hypervisor").isTrue();
    assertThat(bit(one.ecx(), 24)).as("TSC deadline").isTrue();
    assertThat(bit(one.ecx(), 5)).as("VMX").isFalse();
    assertThat(bit(one.ecx(), 15)).as("PDCM").isFalse();
    assertThat(bit(one.edx(), 28)).as("HTT").isTrue();
    CpuidEntry alone = leaf(new GuestCpuid(host(INTEL), false).forVcpu(0, 1), 1, 0);
    assertThat(bit(alone.ecx(), 24)).isFalse();
    assertThat(bit(alone.edx(), 28)).isFalse();
    assertThat(alone.ebx() >> 16 & 0xff).isEqualTo(1);
  }

  @Test
  void topologyIsOnePackageOfCores() {
    List<CpuidEntry> entries = new GuestCpuid(host(INTEL), true).forVcpu(17, 20);
    for (int leaf : new int[] {0xb, 0x1f}) {
      assertThat(leaf(entries, leaf, 0)).isEqualTo(entry(leaf, 0, 0, 1, 0x100, 17));
      assertThat(leaf(entries, leaf, 1)).isEqualTo(entry(leaf, 1, 5, 20, 0x201, 17));
      assertThat(leaf(entries, leaf, 2)).isEqualTo(entry(leaf, 2, 0, 0, 2, 17));
    }
    assertThat(leaf(entries, 4, 0).eax() >> 14 & 0xfff).as("L1 not shared").isZero();
    assertThat(leaf(entries, 4, 3).eax() >> 14 & 0xfff).as("L3 shared by all").isEqualTo(31);
    assertThat(leaf(entries, 4, 4).eax()).as("no more caches").isZero();
  }

  @Test
  void amdGetsItsOwnTopologyAndNoNestedVirtualisation() {
    List<CpuidEntry> entries = new GuestCpuid(host(AMD), true).forVcpu(2, 4);
    assertThat(leaf(entries, 0x80000008, 0).ecx()).isEqualTo(2 << 12 | 3);
    assertThat(leaf(entries, 0x8000001e, 0)).isEqualTo(entry(0x8000001e, 0, 2, 2, 0, 9));
    assertThat(bit(leaf(entries, 0x80000001, 0).ecx(), 2)).as("SVM").isFalse();
    assertThat(bit(leaf(entries, 0x80000001, 0).ecx(), 1)).as("cores").isTrue();
    assertThat(leaf(entries, 0x8000000a, 0)).isEqualTo(entry(0x8000000a, 0, 0, 0, 0, 0));
    assertThat(bit(leaf(entries, 7, 0).edx(), 29)).as("ARCH_CAPABILITIES").isFalse();
    assertThat(entries).noneMatch(e -> e.function() == 0x1f);
  }

  @Test
  void countersAndPowerManagementAreHiddenAndKvmStays() {
    List<CpuidEntry> entries = new GuestCpuid(host(INTEL), true).forVcpu(0, 1);
    assertThat(leaf(entries, 6, 0)).isEqualTo(entry(6, 0, 4, 0, 0, 0));
    assertThat(leaf(entries, 0xa, 0)).isEqualTo(entry(0xa, 0, 0, 0, 0, 0));
    assertThat(bit(leaf(entries, 7, 0).ecx(), 5)).as("WAITPKG").isFalse();
    assertThat(bit(leaf(entries, 7, 0).edx(), 29)).as("ARCH_CAPABILITIES").isTrue();
    assertThat(leaf(entries, 0x40000000, 0).ebx()).isEqualTo(0x4b4d564b);
  }

  @Test
  void withoutXsaveNothingIsOfferedThatNeedsIt() {
    List<CpuidEntry> host = new ArrayList<>(host(AMD));
    host.set(1, entry(1, 0, 0, 0, ~(1 << 26), -1));
    List<CpuidEntry> entries = new GuestCpuid(host, true).forVcpu(0, 1);
    for (int feature : new int[] {12, 28, 29}) {
      assertThat(bit(leaf(entries, 1, 0).ecx(), feature)).isFalse();
    }
    assertThat(bit(leaf(entries, 7, 0).ebx(), 5)).as("AVX2").isFalse();
    assertThat(bit(leaf(entries, 7, 0).ebx(), 16)).as("AVX-512").isFalse();
    assertThat(bit(leaf(entries, 7, 0).ebx(), 3)).as("BMI1 needs none").isTrue();
  }

  @Test
  void hostWithoutTopologyLeavesGetsNone() {
    List<CpuidEntry> old = List.of(entry(0, 0, 0xa, INTEL, 0, 0), entry(1, 0, 0, 0, 0, 0));
    assertThat(new GuestCpuid(old, true).forVcpu(0, 2)).hasSize(2);
  }
}
