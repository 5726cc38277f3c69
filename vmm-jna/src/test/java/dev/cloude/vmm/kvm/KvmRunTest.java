package dev.cloude.vmm.kvm;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;

class KvmRunTest {
  private final ByteBuffer bytes = ByteBuffer.allocate(8192).order(ByteOrder.LITTLE_ENDIAN);
  private final KvmRun run = new KvmRun(bytes);

  @Test
  void portAccessIsReadWhereTheKernelPutIt() {
    bytes.putInt(8, 2).put(32, (byte) 1).put(33, (byte) 2).putShort(34, (short) 0xfff8);
    bytes.putInt(36, 3).putLong(40, 4096);
    bytes.putShort(4096, (short) 0x1111).putShort(4098, (short) 0x8222).putShort(4100, (short) -1);
    assertThat(run.exitReason()).isEqualTo(KvmRun.EXIT_IO);
    assertThat(run.ioIsOut()).isTrue();
    assertThat(run.ioWidth()).isEqualTo(2);
    assertThat(run.ioPort()).isEqualTo(0xfff8);
    assertThat(run.ioCount()).isEqualTo(3);
    assertThat(run.ioData(0)).isEqualTo(0x1111);
    assertThat(run.ioData(1)).isEqualTo(0x8222);
    assertThat(run.ioData(2)).isEqualTo(0xffff);
    run.ioData(1, 0x1_2345);
    assertThat(bytes.getLong(4096)).isEqualTo(0xffff_2345_1111L);
  }

  @Test
  void memoryAccessIsReadWhereTheKernelPutIt() {
    bytes
        .putLong(32, 0xc000_1050L)
        .putLong(40, 0x8877665544332211L)
        .putInt(48, 8)
        .put(52, (byte) 1);
    assertThat(run.mmioAddress()).isEqualTo(0xc000_1050L);
    assertThat(run.mmioWidth()).isEqualTo(8);
    assertThat(run.mmioIsWrite()).isTrue();
    assertThat(run.mmioData(0, 8)).isEqualTo(0x8877665544332211L);
    assertThat(run.mmioData(2, 4)).isEqualTo(0x66554433L);
    run.mmioData(7, 1, 0xaa);
    assertThat(bytes.getLong(40)).isEqualTo(0xaa77665544332211L);
  }

  @Test
  void immediateExitIsOneByte() {
    run.immediateExit(true);
    assertThat(bytes.getInt(0)).isEqualTo(0x100);
    run.immediateExit(false);
    assertThat(bytes.getInt(0)).isZero();
  }

  @Test
  void internalErrorDataIsNotReadBeyondWhatWasGiven() {
    bytes.putInt(32, 1).putInt(36, 1).putLong(40, 7).putLong(48, 9);
    assertThat(run.internalSuberror()).isEqualTo(1);
    assertThat(run.internalData(0)).isEqualTo(7);
    assertThat(run.internalData(1)).isZero();
    bytes.putInt(36, Integer.MAX_VALUE);
    assertThat(run.internalData(16)).isZero();
  }
}
