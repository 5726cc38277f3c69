package dev.cloude.vmm.fuzz;

import dev.cloude.vmm.boot.KernelFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/**
 * Writes the first seeds of every target into its folder of the corpus, as {@code seed-*}: from
 * these a fuzzer finds the rest. To be run again when a target reads its input in another way.
 */
public final class FuzzSeeds {
  private static final byte[] CODE = {(byte) 0xf4, 0x12, 0x34};
  private static final int START = 0x20_0000;

  private final Path corpus;

  private FuzzSeeds(Path corpus) {
    this.corpus = corpus;
  }

  /** Takes the corpus's folder, {@code vmm-jna/src/test/fuzz}. */
  public static void main(String[] arguments) throws IOException {
    new FuzzSeeds(Path.of(arguments[0])).writeAll();
  }

  private void writeAll() throws IOException {
    write(
        "virtio.VirtqueueFuzz",
        "two-chains",
        new SeedBytes()
            .u8(3, 0)
            .near(0x100, 0x200, 0x400)
            .descriptor(0x100, 0x1000, 64, 1, 1)
            .descriptor(0x110, 0x2000, 64, 2, 0)
            .descriptor(0x120, 0x3000, 16, 0, 0)
            .u8(3)
            .u16(0x204)
            .u64(0x2_0000)
            .u8(1)
            .u16(2)
            .u8(7, 4, 6, 5));
    write(
        "virtio.VirtqueueFuzz",
        "loop",
        new SeedBytes()
            .u8(2, 1)
            .near(0x100, 0x200, 0x400)
            .descriptor(0x100, 0x1000, 8, 1, 0)
            .u8(1)
            .u16(1)
            .u8(7));
    // Flags, features, order; then well-formed chains, and turns.
    SeedBytes rings = new SeedBytes().u8(0).u64(-1).u8(5);
    write(
        "virtio.rng.RngRequestsFuzz",
        "chains",
        rings
            .copy()
            .chain(0, 0, 3, 100)
            .u8(0)
            .chain(0, 8, 2, 2000)
            .u8(0, 15, 0, 0, 15, 40)
            .u8(0)
            .chain(0, 16, 1, 60)
            .u8(0));
    write(
        "virtio.net.NetTransmitFuzz",
        "frames",
        rings
            .copy()
            .chain(1, 0, 2, 90)
            .u8(0)
            .chain(1, 4, 5, 2000)
            .u8(0, 15, 0, 1)
            .chain(1, 20, 2, 40)
            .u8(0, 12, 0)
            .u32(-1)
            .u8(0));
    SeedBytes receive = rings.copy();
    for (int i = 0; i < 16; i++) {
      receive.chain(0, 2 * i, 2, 120);
    }
    write(
        "virtio.net.NetReceiveFuzz",
        "merged",
        receive
            .u8(15, 0, 3)
            .u16(900)
            .u8(0)
            .u8(15, 0, 5)
            .u16(60)
            .u8(0, 13)
            .u64(0)
            .u8(4)
            .chain(0, 0, 1, 90)
            .u8(15, 0, 0)
            .u16(80)
            .u8(0));
    // Reads of one sector and of many, a name, a write; then a host that gives less.
    write(
        "virtio.block.BlockRequestsFuzz",
        "requests",
        rings
            .copy()
            .u8(15, 0, 0x41, 5, 3, 1, 0, 1)
            .u16(0)
            .u8(0)
            .u8(15, 0, 0x42, 60, 7, 0, 4, 4)
            .u16(0x100)
            .u8(0)
            .u8(15, 0, 0xa1, 8, 0, 3, 1, 8, 1)
            .u16(0)
            .u8(15, 0, 0xa2, 1, 0, 3, 1, 12, 1)
            .u16(0x800)
            .u8(0, 15, 0, 0x21)
            .u16(100)
            .u8(15, 0, 0x41, 5, 3, 1, 0, 8)
            .u16(0)
            .u8(0));
    sockets(rings);
    // The header's count of buffers begins a buffer of its own: 10 bytes, then the rest.
    write(
        "virtio.net.NetReceiveFuzz",
        "split-header",
        rings
            .copy()
            .u8(14, 0, 0, 1, 1)
            .u16(0x1000)
            .u8(10)
            .u16(0x1800)
            .u8(90)
            .u8(15, 0, 0)
            .u16(72)
            .u8(0));
    SeedBytes driver = new SeedBytes();
    for (int status : new int[] {0, 1, 3}) {
      driver.u8(8, status);
    }
    driver.u8(11, 9).u32(1).u8(11, 8).u32(1).u8(8, 11, 9, 0, 11, 14).u32(16);
    for (int low : new int[] {0, 4, 8}) {
      driver.u8(10, low).u16(0x200 + 0x40 * low);
    }
    driver.u8(11, 17).u32(1).u8(8, 15, 2, 11, 20).u32(0).u8(2, 8, 0x80, 8, 0);
    for (String target :
        List.of(
            "virtio.net.NetRegistersFuzz",
            "virtio.net.VhostRegistersFuzz",
            "virtio.rng.RngRegistersFuzz",
            "virtio.block.BlockRegistersFuzz")) {
      write(target, "driver", driver);
      write(
          target,
          "started",
          new SeedBytes()
              .u8(0)
              .u64(0)
              .u8(4, 2)
              .u8(5)
              .u16(0x100)
              .u8(2)
              .u8(6)
              .u16(0x50)
              .u8(2)
              .u64(1)
              .u8(2));
    }
    SeedBytes console = new SeedBytes();
    for (byte b : "Kernel panic - not syncing: x\n".getBytes(StandardCharsets.US_ASCII)) {
      console.u8(3, 0, b);
    }
    write("device.LegacyDevicesFuzz", "panic", console);
    write(
        "device.LegacyDevicesFuzz",
        "registers",
        new SeedBytes()
            .u8(
                3, 1, 2, 2, 2, 3, 4, 16, 3, 0, 65, 2, 0, 2, 6, 3, 3, 0x83, 2, 0, 4, 1, 0xaa, 5, 0,
                6, 5, 0, 7, 0, 0, 0x34, 0, 7, 2, 0, 0xfe));
    kernels();
  }

  // Buffers for packets; a connection of the guest's, data, what the host does with it, the end.
  private void sockets(SeedBytes rings) throws IOException {
    SeedBytes talk = rings.copy();
    for (int slot = 0; slot < 8; slot++) {
      talk.u8(15, 0, 0x80 + slot);
    }
    write(
        "virtio.vsock.VsockRequestsFuzz",
        "talk",
        talk.copy()
            .u8(15, 0, 0x10, 1, 0x58, 1, 15, 0, 0x11, 5, 0x58, 99, 0)
            .u8(15, 0, 0xa0, 0, 15, 0, 0xb0, 200, 15, 0, 0xd0, 2, 0)
            .u8(15, 0, 0x12, 6, 0x58, 1, 15, 0, 0xf0, 0, 15, 0, 0x13, 4, 0x5b, 1, 0)
            .u8(15, 0, 0xf8, 0, 0));
    write(
        "virtio.vsock.VsockRequestsFuzz",
        "host-calls",
        talk.copy()
            .u8(15, 0, 0xa8, 5, 0, 15, 0, 0x10, 2, 0x50, 1, 0, 15, 0, 0xb0, 255, 0)
            .u8(15, 0, 0x11, 5, 0x50, 255, 15, 0, 0x12, 7, 0x50, 1, 0)
            .u8(15, 0, 0xd0, 9, 15, 0, 0xf8, 0, 0, 12, 0)
            .u32(-1)
            .u8(0));
    write(
        "virtio.vsock.VsockRequestsFuzz",
        "refused",
        talk.copy()
            .u8(15, 0, 0x10, 1, 0x5c, 1, 15, 0, 0x11, 5, 0x58, 8, 15, 0, 0x01, 1, 0x58, 1, 9)
            .u8(15, 0, 0x7c, 1, 0x58, 1, 7, 15, 0, 0x7b, 1, 0x58, 1, 0));
  }

  private void kernels() throws IOException {
    SeedBytes wide = new SeedBytes().u8(255, 0);
    write(
        "boot.BzImageFuzz",
        "good",
        new SeedBytes().u8(255, 1).raw(KernelFiles.bzImage(CODE).array()));
    ByteBuffer old = KernelFiles.bzImage(CODE).putShort(0x206, (short) 0x20a);
    write("boot.BzImageFuzz", "old", wide.copy().raw(old.array()));
    List<KernelFiles.Load> loads =
        List.of(
            new KernelFiles.Load(START, CODE, 0x1000),
            new KernelFiles.Load(START + 0x1000, new byte[] {1, 2}, 2));
    write("boot.ElfKernelFuzz", "good", wide.copy().raw(elf(loads)));
    write("boot.ElfKernelFuzz", "pvh", wide.copy().raw(elf(loads, KernelFiles.pvhNote(START))));
    List<KernelFiles.Load> low = List.of(new KernelFiles.Load(0x8000, CODE, 3), loads.get(0));
    List<KernelFiles.Load> over = List.of(loads.get(0), new KernelFiles.Load(START + 1, CODE, 3));
    write("boot.ElfKernelFuzz", "low", wide.copy().raw(elf(low)));
    write("boot.ElfKernelFuzz", "overlap", wide.copy().raw(elf(over)));
    SeedBytes header = new SeedBytes().u8(255, 0x6a).u32(0x7fff_ffff).u32(0x1000).u8(1).u32(2047);
    write(
        "boot.BootSourceFuzz",
        "good",
        header
            .copy()
            .near(0x10_0000)
            .u32(0x1000)
            .u32(5000)
            .u8(0)
            .raw("console=ttyS0 panic=-1".getBytes(StandardCharsets.US_ASCII)));
    write(
        "boot.BootSourceFuzz",
        "large",
        header
            .copy()
            .near(0x10_0000)
            .u32(0x1000)
            .u32(0xf_ffff)
            .u8(1)
            .raw("äöü".getBytes(StandardCharsets.UTF_16LE)));
  }

  // An ELF file without its magic number, and without the room between headers and content.
  private static byte[] elf(List<KernelFiles.Load> loads, byte... notes) {
    byte[] whole = KernelFiles.elf(START, loads, notes).array();
    int content = 0x1000;
    int headers = 0x100;
    ByteBuffer moved = ByteBuffer.allocate(whole.length - content + headers);
    moved.order(ByteOrder.LITTLE_ENDIAN);
    moved.put(whole, 0, headers).put(whole, content, whole.length - content);
    for (int at = 64; at < 64 + 56 * moved.getShort(56); at += 56) {
      moved.putLong(at + 8, moved.getLong(at + 8) - content + headers);
    }
    return Arrays.copyOfRange(moved.array(), 4, moved.capacity());
  }

  private void write(String target, String name, SeedBytes seed) throws IOException {
    Path folder = Files.createDirectories(corpus.resolve("dev.cloude.vmm." + target));
    Files.write(folder.resolve("seed-" + name), seed.toArray());
  }
}
