package dev.cloude.vmm.virtio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cloude.vmm.memory.GuestMemory;
import dev.cloude.vmm.virtio.DriverQueue.Buffer;
import dev.cloude.vmm.virtio.DriverQueue.Used;
import dev.cloude.vmm.virtio.VirtioException.Code;
import java.util.concurrent.atomic.AtomicInteger;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class VirtqueueTest {
  private static final long RAM = 1 << 20;
  private static final int SIZE = 8;

  private final GuestMemory memory = GuestMemory.allocate(RAM);
  private final AtomicInteger interrupts = new AtomicInteger();
  private final DescriptorChain chain = new DescriptorChain();
  private DriverQueue driver = new DriverQueue(memory, 0x1000, SIZE, false);
  private Virtqueue queue = device(false);

  @AfterEach
  void unmap() {
    memory.close();
  }

  @Test
  void copiesAChainAndReturnsIt() {
    int head =
        driver.post(
            new Buffer(0x8000, 16, false),
            new Buffer(0x9000, 0, false),
            new Buffer(0xa000, 32, true));
    assertThat(queue.pending()).isEqualTo(1);
    assertThat(queue.pop(chain)).isTrue();
    assertThat(queue.pop(new DescriptorChain())).isFalse();
    assertThat(chain.head()).isEqualTo(head);
    // The empty buffer in between is left out.
    assertThat(chain.count()).isEqualTo(2);
    assertThat(chain.readableCount()).isEqualTo(1);
    assertThat(chain.readableBytes()).isEqualTo(16);
    assertThat(chain.writableBytes()).isEqualTo(32);
    assertThat(chain.guestAddress(1)).isEqualTo(0xa000);
    assertThat(chain.hostAddress(1)).isEqualTo(memory.hostAddress(0xa000, 32));
    queue.push(head, 7);
    assertThat(driver.take()).isEmpty();
    queue.publish();
    assertThat(driver.take()).contains(new Used(head, 7));
  }

  @Test
  void changesAfterTheCopyCountForNothing() {
    int head = driver.post(new Buffer(0x8000, 16, false));
    queue.pop(chain);
    driver.describe(head, new Buffer(-1, 0xffff_ffffL, true), 3, 99);
    assertThat(chain.guestAddress(0)).isEqualTo(0x8000);
    assertThat(chain.length(0)).isEqualTo(16);
    assertThat(chain.readableCount()).isEqualTo(1);
  }

  @Test
  void interruptsUnlessTheDriverWantsNone() {
    answer(driver.post(new Buffer(0x8000, 1, true)));
    assertThat(interrupts).hasValue(1);
    queue.notifyDriver();
    assertThat(interrupts).as("nothing new").hasValue(1);
    driver.wantInterrupts(false);
    answer(driver.post(new Buffer(0x8000, 1, true)));
    assertThat(interrupts).hasValue(1);
  }

  @Test
  void interruptsWhenTheEventIndexIsPassed() {
    driver = new DriverQueue(memory, 0x1000, SIZE, true);
    queue = device(true);
    driver.wantInterruptAfter(3);
    for (int i = 0; i < 3; i++) {
      assertThat(interrupts).hasValue(0);
      answer(driver.post(new Buffer(0x8000, 1, true)));
    }
    assertThat(interrupts).hasValue(1);
    answer(driver.post(new Buffer(0x8000, 1, true)));
    assertThat(interrupts).as("the index lies behind").hasValue(1);
  }

  @Test
  void eventIndicesWorkAcrossTheWrapOfTheIndices() {
    driver = new DriverQueue(memory, 0x1000, SIZE, true);
    queue = device(true);
    for (int i = 0; i < 70_000; i++) {
      driver.wantInterruptAfter(1);
      assertThat(queue.enableKicks()).isFalse();
      answer(driver.post(new Buffer(0x8000, 1, true)));
      assertThat(driver.kickWanted()).isTrue();
      assertThat(driver.take()).isPresent();
    }
    assertThat(interrupts).hasValue(70_000);
  }

  @Test
  void asksForKicksOnlyWhenIdle() {
    driver.post(new Buffer(0x8000, 1, true));
    assertThat(driver.kickWanted()).isTrue();
    queue.disableKicks();
    driver.post(new Buffer(0x8000, 1, true));
    assertThat(driver.kickWanted()).isFalse();
    assertThat(queue.enableKicks()).as("there is work already").isTrue();
    queue.pop(chain);
    queue.pop(chain);
    assertThat(queue.enableKicks()).isFalse();
    driver.post(new Buffer(0x8000, 1, true));
    assertThat(driver.kickWanted()).isTrue();
  }

  @ParameterizedTest
  @CsvSource({"0", "3", "512", "-8", "2147483647"})
  void refusesASizeThatIsNone(int size) {
    refused(Code.QUEUE_SIZE, () -> new Virtqueue(memory, size, 0, 0x1000, 0x2000, false, () -> {}));
  }

  @ParameterizedTest
  @CsvSource({
    "0x1008, 0x2000, 0x3000",
    "0x1000, 0x2001, 0x3000",
    "0x1000, 0x2000, 0x3002",
    "0xfffc0, 0x2000, 0x3000",
    "0x1000, 0xffff0, 0x3000",
    "0x1000, 0x2000, 0xfffc0",
    "-16, 0x2000, 0x3000",
    "0x1000, 0x7ffffffffffffffe, 0x3000",
    "0x1000, 0x2000, -4",
  })
  void refusesRingsThatAreNotInRam(String table, String available, String used) {
    refused(
        Code.QUEUE_ADDRESS,
        () ->
            new Virtqueue(
                memory,
                SIZE,
                Long.decode(table),
                Long.decode(available),
                Long.decode(used),
                false,
                () -> {}));
  }

  @Test
  void refusesAnAvailableIndexThatJumps() {
    driver.moveAvailableIndex(SIZE + 1);
    refused(Code.AVAILABLE_INDEX, () -> queue.pending());
    driver.moveAvailableIndex(-SIZE - 2);
    refused(Code.AVAILABLE_INDEX, () -> queue.pop(chain));
  }

  @Test
  void refusesAHeadPastTheTable() {
    driver.offer(SIZE);
    refused(Code.DESCRIPTOR_INDEX, () -> queue.pop(chain));
  }

  @Test
  void refusesANextPastTheTable() {
    driver.describe(0, new Buffer(0x8000, 1, false), 1, 0xffff);
    driver.offer(0);
    refused(Code.DESCRIPTOR_INDEX, () -> queue.pop(chain));
  }

  @Test
  void refusesALoop() {
    driver.describe(0, new Buffer(0x8000, 1, false), 1, 1);
    driver.describe(1, new Buffer(0x8000, 1, false), 1, 0);
    driver.offer(0);
    refused(Code.DESCRIPTOR_LOOP, () -> queue.pop(chain));
  }

  @Test
  void refusesALoopOfEmptyBuffers() {
    driver.describe(0, new Buffer(0, 0, false), 1, 0);
    driver.offer(0);
    refused(Code.DESCRIPTOR_LOOP, () -> queue.pop(chain));
  }

  @Test
  void takesAChainAsLongAsTheTable() {
    Buffer[] all = new Buffer[SIZE];
    for (int i = 0; i < SIZE; i++) {
      all[i] = new Buffer(0x8000, 1, true);
    }
    driver.post(all);
    assertThat(queue.pop(chain)).isTrue();
    assertThat(chain.count()).isEqualTo(SIZE);
  }

  @Test
  void refusesIndirectTablesThatWereNotOffered() {
    driver.describe(0, new Buffer(0x8000, 16, false), 4, 0);
    driver.offer(0);
    refused(Code.DESCRIPTOR_FLAGS, () -> queue.pop(chain));
  }

  @Test
  void refusesAReadableBufferAfterAWritableOne() {
    driver.post(new Buffer(0x8000, 1, true), new Buffer(0x8000, 1, false));
    refused(Code.DESCRIPTOR_FLAGS, () -> queue.pop(chain));
  }

  @ParameterizedTest
  @CsvSource({
    "0x100000, 1",
    "0xfffff, 2",
    "0x8000, 0xffffffff",
    "-1, 1",
    "-4096, 8192",
    "0x7fffffffffffffff, 0xffffffff",
    "0xc0000000, 1",
  })
  void refusesBuffersThatAreNotRam(String address, String length) {
    driver.post(new Buffer(Long.decode(address), Long.decode(length), true));
    refused(Code.BUFFER_ADDRESS, () -> queue.pop(chain));
  }

  @Test
  void takesTheLastByteOfRam() {
    driver.post(new Buffer(RAM - 1, 1, true));
    assertThat(queue.pop(chain)).isTrue();
  }

  private void answer(int head) {
    assertThat(queue.pop(chain)).isTrue();
    queue.push(head, 1);
    queue.publish();
    queue.notifyDriver();
  }

  private Virtqueue device(boolean eventIndex) {
    return new Virtqueue(
        memory,
        SIZE,
        driver.table(),
        driver.available(),
        driver.used(),
        eventIndex,
        interrupts::incrementAndGet);
  }

  private static void refused(Code code, ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(VirtioException.class, e -> assertThat(e.code()).isEqualTo(code));
  }
}
