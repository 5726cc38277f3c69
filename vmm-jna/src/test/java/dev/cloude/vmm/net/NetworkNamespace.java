package dev.cloude.vmm.net;

import dev.cloude.vmm.libc.TestNatives;
import java.util.concurrent.atomic.AtomicReference;

/** Runs a test's body in an empty network namespace, so that it never touches the host's own. */
public final class NetworkNamespace {
  /** A test's body. */
  @FunctionalInterface
  public interface Body {
    void run() throws Exception;
  }

  private NetworkNamespace() {}

  /** Needs root. The namespace goes with the thread, and everything in it goes too. */
  public static void inNew(Body body) throws Exception {
    AtomicReference<Throwable> failure = new AtomicReference<>();
    Thread thread =
        new Thread(
            () -> {
              try {
                TestNatives.enterNewNetworkNamespace();
                body.run();
              } catch (Throwable e) {
                failure.set(e);
              }
            },
            "in-own-namespace");
    thread.start();
    thread.join();
    Throwable thrown = failure.get();
    if (thrown instanceof Exception e) {
      throw e;
    }
    if (thrown instanceof Error e) {
      throw e;
    }
  }
}
