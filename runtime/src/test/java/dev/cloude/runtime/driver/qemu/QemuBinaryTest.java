package dev.cloude.runtime.driver.qemu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class QemuBinaryTest {
  @TempDir Path folder;

  @Test
  void isFoundOnThePath() throws Exception {
    QemuBinary standIn = StandIn.that(folder, "echo 'QEMU emulator version 9'\n");

    QemuBinary found = QemuBinary.find("qemu-stand-in", "/nowhere::" + folder);

    assertThat(found).isEqualTo(new QemuBinary(standIn.path(), "QEMU emulator version 9", true));
  }

  @Test
  void mayLackTheSandbox() throws Exception {
    QemuBinary standIn = StandIn.that(folder, "[ $# -eq 1 ] || exit 1\necho \"version of $1\"\n");

    QemuBinary found = QemuBinary.find(standIn.path().toString(), "");

    assertThat(found).isEqualTo(new QemuBinary(standIn.path(), "version of -version", false));
  }

  @Test
  void mustWork() throws Exception {
    QemuBinary broken = StandIn.that(folder, "exit 127\n");

    assertThatThrownBy(() -> QemuBinary.find(broken.path().toString(), ""))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("-version failed");
  }

  @Test
  void mustBeThere() {
    assertThatThrownBy(() -> QemuBinary.find("qemu-nope", folder.toString()))
        .hasMessage("qemu-nope is not on the PATH (QEMU_BINARY)");
    assertThatThrownBy(() -> QemuBinary.find("/no/qemu", ""))
        .hasMessage("/no/qemu is not a program (QEMU_BINARY)");
  }
}
