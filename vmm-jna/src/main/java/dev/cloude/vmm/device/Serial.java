package dev.cloude.vmm.device;

import dev.cloude.vmm.bus.BusDevice;

/**
 * A 16550A serial port that only sends: what a Linux console needs. The line is infinitely fast, so
 * the transmitter is always empty; its interrupt follows the chip's rule (raised when enabled and
 * after each byte, dropped when the identification register is read).
 *
 * <p>Eight byte-wide registers (National Semiconductor PC16550D, table 2); accesses of other widths
 * read as zeros and write nothing.
 */
public final class Serial implements BusDevice {
  /**
   * Takes the bytes sent. Called by a vCPU thread: it must neither block nor keep them unbounded.
   */
  @FunctionalInterface
  public interface Line {
    void send(int octet);
  }

  private static final int DATA = 0;
  private static final int INTERRUPT_ENABLE = 1;
  private static final int IDENTIFICATION = 2;
  private static final int LINE_CONTROL = 3;
  private static final int MODEM_CONTROL = 4;
  private static final int LINE_STATUS = 5;
  private static final int MODEM_STATUS = 6;
  private static final int SCRATCH = 7;

  private static final int IER_MASK = 0x0f;
  private static final int IER_TRANSMITTER = 0x02;
  private static final int IIR_NONE = 0x01;
  private static final int IIR_TRANSMITTER = 0x02;
  private static final int IIR_FIFOS = 0xc0;
  private static final int FCR_FIFOS = 0x01;
  private static final int LCR_DIVISOR = 0x80;
  private static final int MCR_MASK = 0x1f;
  private static final int MCR_LOOP = 0x10;
  private static final int LSR_DATA = 0x01;
  private static final int LSR_EMPTY = 0x60;
  // Clear to send, data set ready, carrier.
  private static final int MSR_CONNECTED = 0xb0;

  private final Line line;
  private final Runnable interrupt;

  // All guarded by this.
  private int divisor = 12;
  private int interruptEnable;
  private int lineControl = 3;
  private int modemControl = 8;
  private int scratch;
  private boolean fifos;
  private boolean transmitterPending;
  // The byte that loop mode has sent back; −1 when there is none.
  private int looped = -1;

  /**
   * @param interrupt an edge on the port's interrupt line
   */
  public Serial(Line line, Runnable interrupt) {
    this.line = line;
    this.interrupt = interrupt;
  }

  @Override
  public synchronized long read(long offset, int width) {
    if (width != 1) {
      return 0;
    }
    switch ((int) offset) {
      case DATA:
        return divisorLatch() ? divisor & 0xff : takeLooped();
      case INTERRUPT_ENABLE:
        return divisorLatch() ? divisor >> 8 : interruptEnable;
      case IDENTIFICATION:
        return identify();
      case LINE_CONTROL:
        return lineControl;
      case MODEM_CONTROL:
        return modemControl;
      case LINE_STATUS:
        return LSR_EMPTY | (looped >= 0 ? LSR_DATA : 0);
      case MODEM_STATUS:
        return modemStatus();
      case SCRATCH:
        return scratch;
      default:
        return 0;
    }
  }

  @Override
  public synchronized void write(long offset, int width, long value) {
    if (width != 1) {
      return;
    }
    int octet = (int) value;
    switch ((int) offset) {
      case DATA:
        if (divisorLatch()) {
          divisor = divisor & 0xff00 | octet;
        } else {
          send(octet);
        }
        break;
      case INTERRUPT_ENABLE:
        if (divisorLatch()) {
          divisor = divisor & 0xff | octet << 8;
        } else {
          enable(octet & IER_MASK);
        }
        break;
      case IDENTIFICATION:
        fifos = (octet & FCR_FIFOS) != 0;
        break;
      case LINE_CONTROL:
        lineControl = octet;
        break;
      case MODEM_CONTROL:
        modemControl = octet & MCR_MASK;
        break;
      case SCRATCH:
        scratch = octet;
        break;
      default:
    }
  }

  private boolean divisorLatch() {
    return (lineControl & LCR_DIVISOR) != 0;
  }

  private void send(int octet) {
    if ((modemControl & MCR_LOOP) != 0) {
      looped = octet;
    } else {
      line.send(octet);
    }
    raiseIfEnabled();
  }

  private void enable(int wanted) {
    boolean newly = (wanted & ~interruptEnable & IER_TRANSMITTER) != 0;
    interruptEnable = wanted;
    if (newly) {
      raiseIfEnabled();
    } else if ((wanted & IER_TRANSMITTER) == 0) {
      transmitterPending = false;
    }
  }

  private void raiseIfEnabled() {
    if ((interruptEnable & IER_TRANSMITTER) != 0) {
      transmitterPending = true;
      interrupt.run();
    }
  }

  private int identify() {
    int pending = transmitterPending ? IIR_TRANSMITTER : IIR_NONE;
    transmitterPending = false;
    return pending | (fifos ? IIR_FIFOS : 0);
  }

  private int takeLooped() {
    int octet = Math.max(looped, 0);
    looped = -1;
    return octet;
  }

  // In loop mode the four outputs come back: DTR to DSR, RTS to CTS, OUT1 to RI, OUT2 to DCD.
  private int modemStatus() {
    if ((modemControl & MCR_LOOP) == 0) {
      return MSR_CONNECTED;
    }
    return (modemControl & 1) << 5
        | (modemControl & 2) << 3
        | (modemControl & 4) << 4
        | (modemControl & 8) << 4;
  }
}
