package dev.cloude.vmm.virtio;

/** Offsets and constants of the register file (virtio 1.2, section 4.2.2). */
final class MmioRegister {
  static final int MAGIC = 0x000;
  static final int VERSION = 0x004;
  static final int DEVICE_ID = 0x008;
  static final int VENDOR_ID = 0x00c;
  static final int DEVICE_FEATURES = 0x010;
  static final int DEVICE_FEATURES_SELECT = 0x014;
  static final int DRIVER_FEATURES = 0x020;
  static final int DRIVER_FEATURES_SELECT = 0x024;
  static final int QUEUE_SELECT = 0x030;
  static final int QUEUE_SIZE_MAX = 0x034;
  static final int QUEUE_SIZE = 0x038;
  static final int QUEUE_READY = 0x044;
  static final int QUEUE_NOTIFY = 0x050;
  static final int INTERRUPT_STATUS = 0x060;
  static final int INTERRUPT_ACK = 0x064;
  static final int STATUS = 0x070;
  static final int QUEUE_TABLE_LOW = 0x080;
  static final int QUEUE_TABLE_HIGH = 0x084;
  static final int QUEUE_AVAILABLE_LOW = 0x090;
  static final int QUEUE_AVAILABLE_HIGH = 0x094;
  static final int QUEUE_USED_LOW = 0x0a0;
  static final int QUEUE_USED_HIGH = 0x0a4;
  static final int SHARED_MEMORY_SELECT = 0x0ac;
  static final int SHARED_MEMORY_LENGTH_LOW = 0x0b0;
  static final int SHARED_MEMORY_LENGTH_HIGH = 0x0b4;
  static final int SHARED_MEMORY_BASE_LOW = 0x0b8;
  static final int SHARED_MEMORY_BASE_HIGH = 0x0bc;
  static final int CONFIG_GENERATION = 0x0fc;
  static final int CONFIG = 0x100;

  // "virt".
  private static final long MAGIC_VALUE = 0x7472_6976L;
  private static final long VERSION_VALUE = 2;
  // "CLOU"; the standard leaves the vendor id to the vendor.
  private static final long VENDOR_VALUE = 0x554f_4c43L;
  // What a shared memory region that does not exist has as its length and base.
  private static final long NO_SHARED_MEMORY = 0xffff_ffffL;

  private MmioRegister() {}

  /** Whether the register can be read and always holds the same. */
  static boolean isConstant(int offset) {
    return switch (offset) {
      case MAGIC,
          VERSION,
          VENDOR_ID,
          CONFIG_GENERATION,
          SHARED_MEMORY_LENGTH_LOW,
          SHARED_MEMORY_LENGTH_HIGH,
          SHARED_MEMORY_BASE_LOW,
          SHARED_MEMORY_BASE_HIGH ->
          true;
      default -> false;
    };
  }

  /** What a constant register holds; 0 for the others. */
  static long constant(int offset) {
    return switch (offset) {
      case MAGIC -> MAGIC_VALUE;
      case VERSION -> VERSION_VALUE;
      case VENDOR_ID -> VENDOR_VALUE;
      case SHARED_MEMORY_LENGTH_LOW,
          SHARED_MEMORY_LENGTH_HIGH,
          SHARED_MEMORY_BASE_LOW,
          SHARED_MEMORY_BASE_HIGH ->
          NO_SHARED_MEMORY;
      default -> 0;
    };
  }
}
