package dev.cloude.runtime.session;

import dev.cloude.runtime.driver.VmExit;
import dev.cloude.runtime.job.PlatformException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The end of a VM, as whoever talks to its guest has to expect it.
 *
 * @param exited completes, never exceptionally, when the VM is gone
 */
record VmEnd(CompletableFuture<VmExit> exited) {

  boolean hasCome() {
    return exited.isDone();
  }

  /** Waits for it; whether it has come. */
  boolean comesWithin(Duration limit) throws InterruptedException {
    try {
      exited.get(limit.toNanos(), TimeUnit.NANOSECONDS);
      return true;
    } catch (TimeoutException e) {
      return false;
    } catch (ExecutionException e) {
      throw new IllegalStateException("a VM's end is never a failure", e);
    }
  }

  /**
   * Why a job failed whose VM has ended.
   *
   * @param when the end of a sentence: "before its agent answered"
   */
  PlatformException toException(String when) {
    return GuestEnd.toException(exited.join(), when);
  }
}
