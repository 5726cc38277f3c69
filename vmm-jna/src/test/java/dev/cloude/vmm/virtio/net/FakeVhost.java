package dev.cloude.vmm.virtio.net;

import dev.cloude.vmm.fuzz.Invariant;
import dev.cloude.vmm.libc.EventFd;
import dev.cloude.vmm.memory.GuestMemory;
import dev.cloude.vmm.memory.MemoryRegion;
import dev.cloude.vmm.virtio.HostRing;
import java.util.Map;
import java.util.TreeMap;

/** The kernel's side without a kernel: checks what it is handed, and tells which rings run. */
final class FakeVhost implements VhostPort {
  /** A ring of so many entries is one that this kernel cannot use. */
  static final int BAD_SIZE = 2;

  private final MemoryRegion ram;
  private final Map<Integer, EventFd> failures = new TreeMap<>();
  final Map<Integer, EventFd> kicks = new TreeMap<>();
  final Map<Integer, EventFd> calls = new TreeMap<>();
  final Map<Integer, HostRing> running = new TreeMap<>();
  // Of each ring that has run: the chain with which it was started last.
  final Map<Integer, Integer> started = new TreeMap<>();
  // The chain before which the next ring that is stopped is found.
  int reached;
  long features;

  FakeVhost(GuestMemory memory) {
    ram = memory.regions().get(0);
  }

  @Override
  public void connect(int ring, EventFd kick, EventFd call, EventFd failure) {
    Invariant.holds(ring >= 0 && ring < 2 && kicks.put(ring, kick) == null, "once for each", ring);
    calls.put(ring, call);
    failures.put(ring, failure);
  }

  @Override
  public void features(long agreed) {
    Invariant.holds(running.isEmpty(), "features change while no ring runs", running);
    Invariant.holds((agreed & ~VhostNetDevice.KERNEL_FEATURES) == 0, "features known", agreed);
    features = agreed;
  }

  @Override
  public void start(int ring, HostRing place, int next) {
    Invariant.holds(kicks.containsKey(ring), "a ring has its events first", ring);
    Invariant.holds(Integer.bitCount(place.size()) == 1 && place.size() <= 256, "a size", place);
    checkInRam(place.table(), 16, 16L * place.size());
    checkInRam(place.available(), 2, 6 + 2L * place.size());
    checkInRam(place.used(), 4, 6 + 8L * place.size());
    Invariant.holds(next >= 0 && next <= 0xffff, "an index", next);
    Invariant.holds(running.put(ring, place) == null, "a ring is started when it rests", ring);
    started.put(ring, next);
    if (place.size() == BAD_SIZE) {
      fail(ring);
    }
  }

  @Override
  public int stop(int ring) {
    running.remove(ring);
    return reached;
  }

  /** The kernel meets something in the ring that it cannot use. */
  void fail(int ring) {
    failures.get(ring).signal();
  }

  private void checkInRam(long address, int alignment, long length) {
    Invariant.holds(
        address % alignment == 0
            && address >= ram.hostAddress()
            && address - ram.hostAddress() <= ram.size() - length,
        "rings lie in RAM",
        length);
  }
}
