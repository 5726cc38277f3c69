package dev.cloude.runtime.driver.qemu;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class QemuOrphansTest {
  private static final String OWNER = "br" + ProcessHandle.current().pid();

  @Test
  void endsOnlyWhatItsOwnDeadServerLeft() throws Exception {
    // A parent that is not the server it names makes an orphan, whatever became of that server.
    Process orphan = process("cloude:" + OWNER + ":1:vm");
    Process ours = process(QemuOrphans.processName(OWNER, "vm"));
    Process others = process("cloude:" + OWNER + "x:1:vm");
    Process unrelated = process("something");
    try {
      assertThat(QemuOrphans.end(OWNER)).isEqualTo(1);

      assertThat(orphan.waitFor(20, TimeUnit.SECONDS)).isTrue();
      assertThat(ours.isAlive()).isTrue();
      assertThat(others.isAlive()).isTrue();
      assertThat(unrelated.isAlive()).isTrue();
    } finally {
      for (Process process : new Process[] {orphan, ours, others, unrelated}) {
        process.destroyForcibly().waitFor();
      }
    }
  }

  /** A process with the arguments of a QEMU: the shell ignores what stands behind its script. */
  private static Process process(String name) throws Exception {
    Process process =
        new ProcessBuilder("/bin/sh", "-c", "echo; read line; :", "sh", "-name", name).start();
    process.getInputStream().read(); // the shell runs: its command line is the one we gave
    return process;
  }
}
