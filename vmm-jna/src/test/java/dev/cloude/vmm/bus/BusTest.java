package dev.cloude.vmm.bus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class BusTest {
  private final Bus bus = new Bus("port");
  private final List<String> seen = new ArrayList<>();

  private BusDevice device(String name, long answer) {
    return new BusDevice() {
      @Override
      public long read(long offset, int width) {
        seen.add(name + " read " + offset + "/" + width);
        return answer;
      }

      @Override
      public void write(long offset, int width, long value) {
        seen.add(name + " write " + offset + "/" + width + "=" + Long.toHexString(value));
      }
    };
  }

  @Test
  void routesByOffset() {
    bus.register(0x60, 1, device("a", 1));
    bus.register(0x3f8, 8, device("b", 2));
    assertThat(bus.read(0x60, 1)).isEqualTo(1);
    bus.write(0x3ff, 1, 0xff);
    bus.write(0x3f8, 4, 0x1_2345_6789L);
    assertThat(seen).containsExactly("a read 0/1", "b write 7/1=ff", "b write 0/4=23456789");
    assertThat(bus.unclaimed()).isZero();
  }

  @Test
  void unclaimedReadsAsOnesOfItsWidthAndIsCounted() {
    bus.register(0x60, 1, device("a", 1));
    assertThat(bus.read(0x61, 1)).isEqualTo(0xff);
    assertThat(bus.read(0x5f, 2)).isEqualTo(0xffff);
    assertThat(bus.read(0x0, 4)).isEqualTo(0xffff_ffffL);
    assertThat(bus.read(0xfee0_0000L, 8)).isEqualTo(-1L);
    bus.write(0x61, 1, 3);
    assertThat(bus.unclaimed()).isEqualTo(5);
    assertThat(seen).isEmpty();
  }

  @Test
  void accessThatLeavesTheWindowIsUnclaimed() {
    bus.register(0x3f8, 8, device("b", 2));
    assertThat(bus.read(0x3ff, 2)).isEqualTo(0xffff);
    bus.register(0x7fff_ffff_ffff_f000L, 0xfff, device("top", 0));
    assertThat(bus.read(0x7fff_ffff_ffff_fffeL, 8)).isEqualTo(-1L);
    assertThat(bus.read(-1L, 1)).isEqualTo(0xff);
    assertThat(bus.unclaimed()).isEqualTo(3);
  }

  @Test
  void aDeviceCannotAnswerMoreThanTheWidth() {
    bus.register(0, 8, device("wide", -1));
    assertThat(bus.read(0, 1)).isEqualTo(0xff);
    assertThat(bus.read(0, 8)).isEqualTo(-1L);
  }

  @Test
  void overlapAndEmptyWindowsAreRefused() {
    bus.register(0x100, 0x10, device("a", 0));
    bus.register(0x110, 0x10, device("b", 0));
    assertThatThrownBy(() -> bus.register(0x10f, 1, device("c", 0)))
        .hasMessage(
            "The port window at 0x10f of 0x1 bytes overlaps the one at 0x100 of 0x10 bytes.");
    assertThatThrownBy(() -> bus.register(0x200, 0, device("c", 0)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> bus.register(Long.MAX_VALUE, 2, device("c", 0)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> bus.register(-8, 4, device("c", 0)))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
