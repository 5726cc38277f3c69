package dev.cloude.vmm.device;

import dev.cloude.vmm.bus.BusDevice;
import java.util.ArrayDeque;
import java.util.Queue;

/**
 * The keyboard controller, as far as a guest without a keyboard needs it: it resets the machine, it
 * answers a driver's questions so that probing does not wait, and it can press Ctrl-Alt-Del.
 *
 * <p>Covers ports 0x60 to 0x64; 0x61 to 0x63 read as zeros.
 */
public final class I8042 implements BusDevice {
  /** Ports covered. */
  public static final int PORTS = 5;

  private static final int DATA = 0;
  private static final int COMMAND = 4;

  private static final int STATUS_FULL = 0x01;
  private static final int STATUS_SYSTEM = 0x04;
  private static final int STATUS_COMMAND = 0x08;
  private static final int STATUS_UNLOCKED = 0x10;

  private static final int CONFIGURATION_INTERRUPT = 0x01;
  private static final int CONFIGURATION_SYSTEM = 0x04;

  private static final int READ_CONFIGURATION = 0x20;
  private static final int WRITE_CONFIGURATION = 0x60;
  private static final int SELF_TEST = 0xaa;
  private static final int TEST_KEYBOARD = 0xab;
  private static final int READ_OUTPUT = 0xd0;
  private static final int WRITE_OUTPUT = 0xd1;
  private static final int PULSE_RESET = 0xfe;
  private static final int OUTPUT_RUNNING = 0x01;

  private static final int KEYBOARD_RESET = 0xff;
  private static final int KEYBOARD_IDENTIFY = 0xf2;
  private static final int ACKNOWLEDGE = 0xfa;

  // Scan code set 2: left Ctrl, left Alt, Del.
  private static final int[] CTRL_ALT_DEL = {0x14, 0x11, 0xe0, 0x71};
  private static final int CAPACITY = 16;

  private final Runnable interrupt;
  private final Runnable reset;

  // All guarded by this.
  private final Queue<Integer> output = new ArrayDeque<>(CAPACITY);
  private int configuration = CONFIGURATION_INTERRUPT | CONFIGURATION_SYSTEM;
  private int outputPort = OUTPUT_RUNNING;
  private int status = STATUS_SYSTEM | STATUS_UNLOCKED;
  // The command whose data byte comes next; 0 for none.
  private int awaiting;

  /**
   * @param interrupt an edge on the keyboard's interrupt line
   * @param reset the guest has pulled the processor's reset line
   */
  public I8042(Runnable interrupt, Runnable reset) {
    this.interrupt = interrupt;
    this.reset = reset;
  }

  /**
   * Presses Ctrl-Alt-Del, which Linux answers with an orderly restart. Any thread.
   *
   * @return false when the guest has not fetched what was pressed before
   */
  public synchronized boolean pressCtrlAltDel() {
    if (output.size() + CTRL_ALT_DEL.length > CAPACITY) {
      return false;
    }
    for (int code : CTRL_ALT_DEL) {
      output.add(code);
    }
    raiseIfWanted();
    return true;
  }

  @Override
  public synchronized long read(long offset, int width) {
    if (width != 1) {
      return 0;
    }
    if (offset == COMMAND) {
      return status | (output.isEmpty() ? 0 : STATUS_FULL);
    }
    if (offset != DATA || output.isEmpty()) {
      return 0;
    }
    int octet = output.remove();
    if (!output.isEmpty()) {
      raiseIfWanted();
    }
    return octet;
  }

  @Override
  public synchronized void write(long offset, int width, long value) {
    if (width != 1) {
      return;
    }
    if (offset == COMMAND) {
      status |= STATUS_COMMAND;
      command((int) value);
    } else if (offset == DATA) {
      status &= ~STATUS_COMMAND;
      data((int) value);
    }
  }

  private void command(int command) {
    awaiting = 0;
    switch (command) {
      case READ_CONFIGURATION:
        answer(configuration);
        break;
      case SELF_TEST:
        answer(0x55);
        break;
      case TEST_KEYBOARD:
        answer(0x00);
        break;
      case READ_OUTPUT:
        answer(outputPort);
        break;
      case WRITE_CONFIGURATION:
      case WRITE_OUTPUT:
        awaiting = command;
        break;
      case PULSE_RESET:
        reset.run();
        break;
      default:
    }
  }

  private void data(int octet) {
    int command = awaiting;
    awaiting = 0;
    if (command == WRITE_CONFIGURATION) {
      configuration = octet;
    } else if (command == WRITE_OUTPUT) {
      outputPort = octet;
      if ((octet & OUTPUT_RUNNING) == 0) {
        reset.run();
      }
    } else {
      keyboard(octet);
    }
  }

  // A keyboard that agrees to everything.
  private void keyboard(int octet) {
    answer(ACKNOWLEDGE);
    if (octet == KEYBOARD_RESET) {
      answer(0xaa);
    } else if (octet == KEYBOARD_IDENTIFY) {
      answer(0xab);
      answer(0x83);
    }
  }

  private void answer(int octet) {
    if (output.size() < CAPACITY) {
      output.add(octet);
      raiseIfWanted();
    }
  }

  private void raiseIfWanted() {
    if ((configuration & CONFIGURATION_INTERRUPT) != 0) {
      interrupt.run();
    }
  }
}
