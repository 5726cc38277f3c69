package dev.cloude.vmm;

import java.io.IOException;
import java.nio.file.Path;

/** Kernel files of a few instructions, for tests in other packages. */
public final class FlatGuests {
  private FlatGuests() {}

  public static Path powerOff(Path folder) throws IOException {
    return new FlatCode().powerOff().halt().writeTo(folder);
  }

  /** Restarts by the i8042. */
  public static Path reset(Path folder) throws IOException {
    return new FlatCode().out(0x64, 1, 0xfe).halt().writeTo(folder);
  }

  public static Path tripleFault(Path folder) throws IOException {
    return new FlatCode().tripleFault().writeTo(folder);
  }

  /** Announces a panic as Linux does, then restarts. */
  public static Path panic(Path folder) throws IOException {
    return new FlatCode()
        .print("Kernel panic - not syncing: x\n")
        .out(0x64, 1, 0xfe)
        .halt()
        .writeTo(folder);
  }

  /** Prints a text, then switches the machine off. */
  public static Path saying(Path folder, String text) throws IOException {
    return new FlatCode().print(text).powerOff().halt().writeTo(folder);
  }

  /** Never ends. */
  public static Path spinning(Path folder) throws IOException {
    return new FlatCode().spin().writeTo(folder);
  }

  /** Halts for ever. */
  public static Path idle(Path folder) throws IOException {
    return new FlatCode().halt().writeTo(folder);
  }

  /** Switches the machine off when the keyboard has something for it. */
  public static Path endingWhenAsked(Path folder) throws IOException {
    // 1: in al,dx; test al,1; jz 1b
    return new FlatCode()
        .rdx(0x64)
        .raw(0xec, 0xa8, 0x01, 0x74, 0xfb)
        .powerOff()
        .halt()
        .writeTo(folder);
  }
}
