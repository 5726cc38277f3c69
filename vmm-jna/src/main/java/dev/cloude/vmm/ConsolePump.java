package dev.cloude.vmm;

import dev.cloude.vmm.device.ConsoleTail;
import java.nio.ByteBuffer;
import java.util.function.Consumer;

/**
 * Hands the console's output to its consumer, on a thread of its own so that the consumer may
 * block. Ends when the console has ended and all of it was handed over.
 */
final class ConsolePump implements Runnable {
  private final ConsoleTail console;
  private final Consumer<ByteBuffer> consumer;

  ConsolePump(ConsoleTail console, Consumer<ByteBuffer> consumer) {
    this.console = console;
    this.consumer = consumer;
  }

  @Override
  public void run() {
    try {
      ConsoleTail.Chunk chunk = console.next(0);
      while (chunk.bytes().length > 0) {
        consumer.accept(ByteBuffer.wrap(chunk.bytes()).asReadOnlyBuffer());
        chunk = console.next(chunk.end());
      }
    } catch (InterruptedException e) {
      // The VM has been closed and the consumer was too slow for what was left.
      Thread.currentThread().interrupt();
    }
  }
}
