package dev.cloude.vmm.confine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cloude.vmm.TestJvm;
import dev.cloude.vmm.libc.Errno;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfinementTest {

  @Test
  void rootIsNoUserForAVm() {
    assertThatThrownBy(() -> new Confinement(OptionalInt.of(0), 1, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("not 0");
  }

  /** In a process of its own, which wants root at first. */
  @Tag("kvm")
  @Test
  void aConfinedProcessGetsNowhere(@TempDir Path folder) throws Exception {
    Process process =
        TestJvm.start(
            folder, Trespasser.class, "424000", Long.toString(ProcessHandle.current().pid()));
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(output).isZero();

    TreeMap<String, Integer> results = new TreeMap<>();
    output
        .lines()
        .filter(line -> line.matches("[a-z0-9_-]+=\\d+"))
        .forEach(line -> results.put(line.split("=")[0], Integer.parseInt(line.split("=")[1])));
    assertThat(results)
        .hasSize(35)
        .containsEntry("still-alive", 0)
        .containsEntry("getpid", 0)
        .containsEntry("clone3", Errno.ENOSYS)
        .containsEntry("before", Errno.ENOENT)
        .containsEntry("open-file", Errno.ENOENT)
        .containsEntry("open-proc", Errno.ENOENT);
    results
        .keySet()
        .removeAll(Set.of("before", "still-alive", "getpid", "clone3", "open-file", "open-proc"));
    assertThat(results).allSatisfy((name, errno) -> assertThat(errno).isEqualTo(Errno.EPERM));
  }
}
