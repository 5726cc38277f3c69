package dev.cloude.vmm.virtio;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloude.vmm.memory.GuestMemory;
import dev.cloude.vmm.virtio.DriverQueue.Buffer;
import dev.cloude.vmm.virtio.DriverQueue.Used;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.From;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

class VirtqueueProperties {
  private static final long RAM = 1 << 18;
  private static final long RINGS = 0x2000;

  /** What a well-behaved driver and device do in turn. */
  private record Step(int action, List<Integer> lengths) {}

  @Provide
  Arbitrary<Step> steps() {
    return Combinators.combine(
            Arbitraries.integers().between(0, 3),
            Arbitraries.integers().between(1, 5000).list().ofMinSize(1).ofMaxSize(6))
        .as(Step::new);
  }

  @Property(tries = 300)
  void everyChainComesOutAsItWentInAndGoesBackOnce(
      @ForAll boolean eventIndex,
      @ForAll @IntRange(min = 3, max = 8) int order,
      @ForAll("steps") Step first,
      @ForAll @Size(max = 300) List<@From("steps") Step> rest) {
    try (GuestMemory memory = GuestMemory.allocate(RAM)) {
      DriverQueue driver = new DriverQueue(memory, RINGS, 1 << order, eventIndex);
      Virtqueue queue = device(memory, driver, eventIndex);
      DescriptorChain chain = new DescriptorChain();
      Deque<Buffer[]> posted = new ArrayDeque<>();
      Deque<Integer> postedHeads = new ArrayDeque<>();
      Deque<Integer> popped = new ArrayDeque<>();
      Deque<Used> returned = new ArrayDeque<>();
      rest.add(first);
      for (Step step : rest) {
        switch (step.action()) {
          case 0 -> {
            if (step.lengths().size() <= driver.freeDescriptors()) {
              Buffer[] buffers = buffers(step.lengths());
              postedHeads.add(driver.post(buffers));
              posted.add(buffers);
            }
          }
          case 1 -> {
            assertThat(queue.pending()).isEqualTo(posted.size());
            if (queue.pop(chain)) {
              assertThat(chain.head()).isEqualTo(postedHeads.remove());
              assertSame(memory, chain, posted.remove());
              popped.add(chain.head());
            }
          }
          case 2 -> {
            if (!popped.isEmpty()) {
              int head = popped.remove();
              queue.push(head, step.lengths().get(0));
              queue.publish();
              returned.add(new Used(head, step.lengths().get(0)));
            }
          }
          default -> {
            Optional<Used> taken = driver.take();
            assertThat(taken).isEqualTo(Optional.ofNullable(returned.poll()));
          }
        }
      }
    }
  }

  @Property(tries = 2000)
  void whateverIsInTheRingsOnlyRamComesOut(
      @ForAll Random random, @ForAll boolean eventIndex, @ForAll @IntRange(max = 8) int order) {
    try (GuestMemory memory = GuestMemory.allocate(RAM)) {
      DriverQueue driver = new DriverQueue(memory, RINGS, 1 << order, eventIndex);
      Virtqueue queue = device(memory, driver, eventIndex);
      DescriptorChain chain = new DescriptorChain();
      for (int round = 0; round < 20; round++) {
        spoil(memory, driver, random);
        try {
          for (int i = 0; i < 300 && queue.pop(chain); i++) {
            assertInRam(memory, chain);
            queue.push(chain.head(), chain.writableBytes() & 0xffff_ffffL);
            queue.publish();
            queue.notifyDriver();
            queue.enableKicks();
          }
        } catch (VirtioException e) {
          assertThat(e.getMessage()).endsWith(".");
        }
      }
    }
  }

  private static void spoil(GuestMemory memory, DriverQueue driver, Random random) {
    // Plausible enough to get past the first check now and then.
    for (int i = 0; i < driver.size(); i++) {
      long address = random.nextInt(4) == 0 ? random.nextLong() : random.nextInt((int) RAM * 2);
      long length =
          random.nextInt(4) == 0 ? random.nextLong() & 0xffff_ffffL : random.nextInt(4096);
      int flags = random.nextInt(16) == 0 ? random.nextInt() & 0xffff : random.nextInt(4);
      int next =
          random.nextInt(16) == 0 ? random.nextInt() & 0xffff : random.nextInt(driver.size());
      driver.describe(i, new Buffer(address, length, false), flags, next);
      memory.writeU16(
          driver.available() + 4 + 2L * i,
          random.nextInt(16) == 0 ? random.nextInt() & 0xffff : random.nextInt(driver.size()));
    }
    driver.moveAvailableIndex(
        random.nextInt(8) == 0 ? random.nextInt() : random.nextInt(driver.size() + 1));
    memory.writeU16(driver.available(), random.nextInt() & 0xffff);
  }

  private static void assertInRam(GuestMemory memory, DescriptorChain chain) {
    for (int i = 0; i < chain.count(); i++) {
      assertThat(memory.contains(chain.guestAddress(i), chain.length(i))).isTrue();
      assertThat(chain.hostAddress(i))
          .isEqualTo(memory.hostAddress(chain.guestAddress(i), chain.length(i)));
    }
  }

  private static void assertSame(GuestMemory memory, DescriptorChain chain, Buffer[] buffers) {
    assertThat(chain.count()).isEqualTo(buffers.length);
    assertThat(chain.readableCount())
        .isEqualTo((int) Arrays.stream(buffers).filter(b -> !b.write()).count());
    for (int i = 0; i < buffers.length; i++) {
      assertThat(chain.guestAddress(i)).isEqualTo(buffers[i].address());
      assertThat(chain.length(i)).isEqualTo(buffers[i].length());
    }
    assertInRam(memory, chain);
  }

  private static Buffer[] buffers(List<Integer> lengths) {
    Buffer[] buffers = new Buffer[lengths.size()];
    for (int i = 0; i < buffers.length; i++) {
      long address = 0x8000 + 16L * lengths.get(i);
      buffers[i] = new Buffer(address, lengths.get(i), i >= buffers.length / 2);
    }
    return buffers;
  }

  private static Virtqueue device(GuestMemory memory, DriverQueue driver, boolean eventIndex) {
    return new Virtqueue(
        memory,
        driver.size(),
        driver.table(),
        driver.available(),
        driver.used(),
        eventIndex,
        () -> {});
  }
}
