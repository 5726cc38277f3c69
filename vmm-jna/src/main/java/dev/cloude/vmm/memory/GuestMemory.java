package dev.cloude.vmm.memory;

import dev.cloude.vmm.libc.ErrnoException;
import dev.cloude.vmm.libc.LibC;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * The guest's RAM: anonymous, private, populated on first touch, aligned so that the host may use 2
 * MiB pages. What does not fit below the 32-bit gap lies above it:
 *
 * <pre>
 * 0            3 GiB         4 GiB                 4 GiB + (size − 3 GiB)
 * | low RAM    | gap: devices | high RAM           |
 * </pre>
 *
 * <p>Every access checks that its whole range lies inside one region, without overflow, and fails
 * with {@link GuestMemoryException} otherwise. Numbers are little-endian. Safe for any thread, as
 * memory itself is: ordering between threads and the guest is up to the fences below.
 *
 * <p>{@link #close} unmaps the RAM. Nobody may be in a method of this class by then, nor use a host
 * address or view got from it: the owner stops the vCPU and device threads first.
 */
public final class GuestMemory implements AutoCloseable {
  /** First address of the gap that is left to devices. */
  public static final long GAP_START = 0xc000_0000L;

  /** First address after the gap. */
  public static final long GAP_END = 0x1_0000_0000L;

  public static final long PAGE = 4096;

  /** The most RAM a guest can have; ends below the range that AMD processors reserve. */
  public static final long MAX_SIZE = 255L << 30;

  private final List<MemoryRegion> regions;
  private final RegionAccess[] access;
  private final long size;
  private volatile boolean closed;

  private GuestMemory(List<MemoryRegion> regions) {
    this.regions = List.copyOf(regions);
    this.access = regions.stream().map(RegionAccess::new).toArray(RegionAccess[]::new);
    this.size = regions.stream().mapToLong(MemoryRegion::size).sum();
  }

  /**
   * Maps RAM for one guest.
   *
   * @param bytes a multiple of {@link #PAGE}, at most {@link #MAX_SIZE}
   */
  public static GuestMemory allocate(long bytes) {
    if (bytes <= 0 || bytes > MAX_SIZE || bytes % PAGE != 0) {
      throw new GuestMemoryException(
          String.format(
              "A guest cannot have %d bytes of memory; give a multiple of %d up to %d.",
              bytes, PAGE, MAX_SIZE));
    }
    List<MemoryRegion> regions = new ArrayList<>(2);
    try {
      long low = Math.min(bytes, GAP_START);
      regions.add(new MemoryRegion(0, low, AlignedMapping.map(low)));
      if (bytes > low) {
        long high = bytes - low;
        regions.add(new MemoryRegion(GAP_END, high, AlignedMapping.map(high)));
      }
      return new GuestMemory(regions);
    } catch (ErrnoException e) {
      regions.forEach(r -> LibC.munmap(r.hostAddress(), r.size()));
      throw new GuestMemoryException(
          "The host gives no " + bytes + " bytes for a guest: " + e.getMessage(), e);
    }
  }

  /** The regions by ascending guest address: one or two. */
  public List<MemoryRegion> regions() {
    return regions;
  }

  /** Bytes of RAM, the gap not counted. */
  public long size() {
    return size;
  }

  /** Whether [address, address + length) is RAM, all in one region. */
  public boolean contains(long address, long length) {
    for (RegionAccess region : access) {
      if (region.region().contains(address, length)) {
        return true;
      }
    }
    return false;
  }

  /**
   * The host address of [address, address + length). The one place where a guest address becomes a
   * pointer.
   */
  public long hostAddress(long address, long length) {
    MemoryRegion region = find(address, length).region();
    // SAFETY: find has shown that the whole range lies inside this region's mapping.
    return region.hostAddress() + (address - region.guestAddress());
  }

  /**
   * Asks the host to back a range that is about to be filled with huge pages, also where it gives
   * them only on demand. Reading a file into RAM then takes half the time.
   */
  public void preferHugePages(long address, long length) {
    long host = hostAddress(address, length);
    MemoryRegion region = find(address, length).region();
    // SAFETY: from the region's first byte, which is aligned for huge pages, to its last one.
    AlignedMapping.preferHugePages(host, length, region.hostAddress() + region.size());
  }

  /**
   * Bytes of RAM that the host has given so far, pages of a mapped file that others hold included.
   */
  public long resident() {
    long pages = 0;
    for (MemoryRegion region : regions) {
      pages += AlignedMapping.resident(region.hostAddress(), region.size());
    }
    return pages * PAGE;
  }

  /** A direct, little-endian view of a range, for reading files straight into RAM. */
  public ByteBuffer view(long address, int length) {
    return LibC.view(hostAddress(address, length), length);
  }

  /**
   * Puts a range of a file into RAM without reading it: its pages come when they are touched. The
   * file may neither shrink nor be written to while the guest runs.
   *
   * @param address on a page, as are {@code length} and {@code position}
   * @param fd open for reading; may be closed afterwards
   */
  public void mapFile(long address, long length, int fd, long position) {
    if (((address | length | position) & (PAGE - 1)) != 0 || length == 0) {
      throw new GuestMemoryException(
          String.format(
              "Only whole pages of a file can be mapped, not %d bytes of it from %d on at 0x%x.",
              length, position, address));
    }
    // SAFETY: hostAddress has shown that all of it is RAM of this guest, so nothing else goes.
    AlignedMapping.mapFile(hostAddress(address, length), length, fd, position);
  }

  public int readU8(long address) {
    return find(address, 1).getByte(address) & 0xff;
  }

  public int readU16(long address) {
    return find(address, 2).getShort(address) & 0xffff;
  }

  public long readU32(long address) {
    return find(address, 4).getInt(address) & 0xffff_ffffL;
  }

  public long readU64(long address) {
    return find(address, 8).getLong(address);
  }

  public void writeU8(long address, int value) {
    find(address, 1).putByte(address, (byte) value);
  }

  public void writeU16(long address, int value) {
    find(address, 2).putShort(address, (short) value);
  }

  public void writeU32(long address, long value) {
    find(address, 4).putInt(address, (int) value);
  }

  public void writeU64(long address, long value) {
    find(address, 8).putLong(address, value);
  }

  /** Copies {@code length} bytes of RAM into {@code target}. */
  public void read(long address, byte[] target, int offset, int length) {
    find(address, length).get(address, target, offset, length);
  }

  /** Copies {@code length} bytes of {@code source} into RAM. */
  public void write(long address, byte[] source, int offset, int length) {
    find(address, length).put(address, source, offset, length);
  }

  public void write(long address, byte[] source) {
    write(address, source, 0, source.length);
  }

  /** No later load or store moves before an earlier load: after reading an index. */
  public static void acquireFence() {
    VarHandle.acquireFence();
  }

  /** No earlier load or store moves after a later store: before publishing an index. */
  public static void releaseFence() {
    VarHandle.releaseFence();
  }

  /** Nothing moves across: between publishing an index and reading the other side's wish. */
  public static void fullFence() {
    VarHandle.fullFence();
  }

  @Override
  public synchronized void close() {
    if (!closed) {
      closed = true;
      regions.forEach(r -> LibC.munmap(r.hostAddress(), r.size()));
    }
  }

  private RegionAccess find(long address, long length) {
    if (closed) {
      throw new GuestMemoryException("The guest's memory has been released.");
    }
    for (RegionAccess region : access) {
      if (region.region().contains(address, length)) {
        return region;
      }
    }
    throw new GuestMemoryException(
        String.format("No RAM at guest address 0x%x for %d bytes.", address, length));
  }
}
