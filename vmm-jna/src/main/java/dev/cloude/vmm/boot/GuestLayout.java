package dev.cloude.vmm.boot;

/**
 * Every guest address, port and interrupt line of the machine.
 *
 * <pre>
 * guest-physical addresses
 *
 *        0x500  GDT, empty IDT                            | RAM
 *       0x6000  PVH start info, module list, memory map   |
 *       0x7000  zero page (boot_params)                   |
 *       0x8ff0  boot stack, growing down                  |
 *       0x9000  page tables: PML4, PDPT, 4 PDs            |
 *      0x20000  command line                              |
 *      0x9fc00  end of conventional memory                | reserved
 *      0xe0000  RSDP, then the other ACPI tables          |
 *     0x100000  kernel                                    | RAM
 *         ...                                             |
 *          top  initramfs, ending at the top of low RAM   |
 *   0xc0000000  boot timer                                | 32-bit gap: no RAM
 *   0xc0001000  virtio-mmio windows, 4 KiB each           |
 *   0xfec00000  I/O APIC                                  |
 *   0xfee00000  local APICs                               |
 *   0xfffbc000  KVM: identity map, then TSS (Intel)       |
 *  0x100000000  the rest of RAM                           | RAM
 *
 * ports: 0x60, 0x64 i8042 · 0x3f8 COM1 · 0x600 sleep control, sleep status, reset
 * interrupt lines: 0 PIT · 1 keyboard · 4 COM1 · 5 to 23 virtio
 * </pre>
 */
public final class GuestLayout {
  public static final long GDT = 0x500;
  public static final long IDT = 0x520;
  public static final long PVH_START_INFO = 0x6000;
  public static final long PVH_MODULES = 0x6040;
  public static final long PVH_MEMORY_MAP = 0x6100;
  public static final long ZERO_PAGE = 0x7000;
  public static final long BOOT_STACK = 0x8ff0;
  public static final long PML4 = 0x9000;
  public static final long PDPT = 0xa000;
  public static final long PAGE_DIRECTORIES = 0xb000;
  public static final long COMMAND_LINE = 0x20000;

  /** Room for the command line with its final zero. */
  public static final int COMMAND_LINE_ROOM = 0x10000;

  public static final long CONVENTIONAL_END = 0x9fc00;
  public static final long RSDP = 0xe0000;
  public static final long ACPI_TABLES = 0xe0040;
  public static final long HIGH_MEMORY = 0x100000;

  public static final long BOOT_TIMER = 0xc000_0000L;
  public static final long BOOT_TIMER_SIZE = 0x1000;
  public static final long VIRTIO_MMIO = 0xc000_1000L;
  public static final long VIRTIO_MMIO_SIZE = 0x1000;
  public static final long IO_APIC = 0xfec0_0000L;
  public static final long LOCAL_APIC = 0xfee0_0000L;
  public static final long IDENTITY_MAP = 0xfffb_c000L;
  public static final long TSS = 0xfffb_d000L;

  public static final int PORT_I8042_DATA = 0x60;
  public static final int PORT_I8042_COMMAND = 0x64;
  public static final int PORT_COM1 = 0x3f8;
  public static final int PORT_SLEEP_CONTROL = 0x600;
  public static final int PORT_SLEEP_STATUS = 0x601;
  public static final int PORT_RESET = 0x602;

  public static final int GSI_KEYBOARD = 1;
  public static final int GSI_COM1 = 4;
  public static final int GSI_FIRST_VIRTIO = 5;
  public static final int GSI_LAST_VIRTIO = 23;

  /** One interrupt line each. */
  public static final int MAX_VIRTIO_DEVICES = GSI_LAST_VIRTIO - GSI_FIRST_VIRTIO + 1;

  private GuestLayout() {}

  /** Address of the {@code index}-th virtio-mmio window. */
  public static long virtioWindow(int index) {
    return VIRTIO_MMIO + index * VIRTIO_MMIO_SIZE;
  }

  /** Interrupt line of the {@code index}-th virtio device. */
  public static int virtioGsi(int index) {
    return GSI_FIRST_VIRTIO + index;
  }
}
