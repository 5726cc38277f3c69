package dev.cloude.vmm.child;

import dev.cloude.vmm.ExitCause;
import dev.cloude.vmm.MicroVm;
import dev.cloude.vmm.MicroVmConfig;
import dev.cloude.vmm.VmmException;
import dev.cloude.vmm.libc.NativeBlock;
import dev.cloude.vmm.libc.VectoredIo;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A whole VM's life in small, while nobody waits for it: what has run once runs faster, and what is
 * loaded from files must be loaded before the files are gone.
 */
final class WarmUp {
  private static final long LIMIT_SECONDS = 5;
  private static final long ADDRESS = 0x100000;
  private static final int FILE_HEADER = 64;
  private static final int PROGRAM_HEADER = 56;
  // All of the file, so that it is a disk, too.
  private static final int SECTOR = 512;
  // mov dx,0x600; mov al,0x34; out dx,al; 1: hlt; jmp 1b: off by the power register.
  private static final byte[] CODE = {
    0x66,
    (byte) 0xba,
    0x00,
    0x06,
    (byte) 0xb0,
    0x34,
    (byte) 0xee,
    (byte) 0xf4,
    (byte) 0xeb,
    (byte) 0xfd
  };

  private static final Message OPEN = new SocketMessage.Open(0, 1);

  private WarmUp() {}

  /** What goes wrong here goes wrong again with a real VM, and is told then. */
  static void run() throws IOException {
    Path kernel = Files.createTempFile("warm", ".elf");
    try {
      Files.write(kernel, elf());
      try (MicroVm vm =
          MicroVm.start(
              MicroVmConfig.builder(kernel)
                  .memoryBytes(MicroVmConfig.MIN_MEMORY)
                  .disk(kernel)
                  .vsock(1)
                  .build())) {
        SocketRelay relay =
            SocketRelay.start(
                vm.polledVsock(),
                List.of(1),
                new MessageWriter(OutputStream.nullOutputStream()),
                e -> {});
        relay.take((SocketMessage) MessageReader.decode(MessageWriter.encode(OPEN)));
        vm.exit().get(LIMIT_SECONDS, TimeUnit.SECONDS);
        relay.finish();
        MessageWriter.encode(
            new Message.Ended(ExitCause.KILLED, "", Figures.of(vm.phases(), vm.counters())));
      }
    } catch (VmmException | ExecutionException | TimeoutException e) {
      MessageWriter.encode(new Message.Ended(ExitCause.KILLED, "", Map.of()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      Files.delete(kernel);
    }
    try (NativeBlock block = new NativeBlock(1)) {
      VectoredIo.random(block.address(), 1);
    }
  }

  // One segment, entered at its first byte (elf.h).
  private static byte[] elf() {
    int offset = FILE_HEADER + PROGRAM_HEADER;
    ByteBuffer elf = ByteBuffer.allocate(SECTOR).order(ByteOrder.LITTLE_ENDIAN);
    elf.put(new byte[] {0x7f, 'E', 'L', 'F', 2, 1, 1});
    elf.putShort(16, (short) 2).putShort(18, (short) 62).putInt(20, 1);
    elf.putLong(24, ADDRESS).putLong(32, FILE_HEADER);
    elf.putShort(52, (short) FILE_HEADER).putShort(54, (short) PROGRAM_HEADER);
    elf.putShort(56, (short) 1);
    elf.putInt(FILE_HEADER, 1).putInt(FILE_HEADER + 4, 5).putLong(FILE_HEADER + 8, offset);
    elf.putLong(FILE_HEADER + 16, ADDRESS).putLong(FILE_HEADER + 24, ADDRESS);
    elf.putLong(FILE_HEADER + 32, CODE.length).putLong(FILE_HEADER + 40, CODE.length);
    elf.putLong(FILE_HEADER + 48, 1);
    return elf.put(offset, CODE).array();
  }
}
