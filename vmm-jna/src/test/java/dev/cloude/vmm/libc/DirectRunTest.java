package dev.cloude.vmm.libc;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class DirectRunTest {
  @Test
  void thisJvmLetsItBeTied() {
    assertThat(DirectRun.available()).isTrue();
  }

  // What KVM_RUN itself does is seen by every flat guest; here that number and error come through.
  @Test
  void theErrorIsTheResult() {
    assertThat(DirectRun.run(-1)).isEqualTo(-Errno.EBADF);
    try (EventFd event = new EventFd()) {
      assertThat(DirectRun.run(event.fd()))
          .isEqualTo(-Errno.ENOTTY)
          .isEqualTo(LibC.ioctlOnce(event.fd(), 0xae80, 0));
    }
  }

  @Test
  void itWorksOnOtherThreadsAndOnceCompiled() throws Exception {
    int[] last = new int[1];
    Thread thread =
        new Thread(
            () -> {
              for (int i = 0; i < 20_000; i++) {
                last[0] += DirectRun.run(-1);
              }
            });
    thread.start();
    thread.join();
    assertThat(last[0]).isEqualTo(-20_000 * Errno.EBADF);
  }
}
