package dev.cloude.vmm.child;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** On plain files, where the kernel would offer its own. */
class MemoryGroupsTest {
  @TempDir Path mount;
  private Path parent;

  @BeforeEach
  void name() {
    parent = mount.resolve("cloude");
  }

  private void controllers(String names) throws IOException {
    Files.writeString(mount.resolve("cgroup.controllers"), names);
    Files.writeString(mount.resolve("cgroup.subtree_control"), "");
  }

  @Test
  void saysWhyThereAreNone() throws IOException {
    assertThatThrownBy(() -> MemoryGroups.open(parent))
        .isInstanceOf(IOException.class)
        .hasMessage("there is no cgroup v2 at " + mount);
    controllers("cpu io\n");
    assertThatThrownBy(() -> MemoryGroups.open(parent))
        .hasMessage("the cgroup v2 at " + mount + " does not offer the memory controller");
  }

  @Test
  void hasTheControllerBelowIt() throws IOException {
    controllers("cpu memory pids\n");
    MemoryGroups.open(parent);
    assertThat(mount.resolve("cgroup.subtree_control")).hasContent("+memory");
    assertThat(parent.resolve("cgroup.subtree_control")).hasContent("+memory");
  }

  @Test
  void limitsAProcess() throws IOException {
    controllers("memory\n");
    MemoryGroups.open(parent).add(4711, 1 << 30);
    Path group;
    try (Stream<Path> groups = Files.list(parent).filter(Files::isDirectory)) {
      group = groups.findFirst().orElseThrow();
    }
    assertThat(group.resolve("cgroup.procs")).hasContent("4711");
    assertThat(group.resolve("memory.max")).hasContent("1073741824");
  }

  @Test
  void removesGroupsOfProcessesThatAreGone() throws IOException {
    controllers("memory\n");
    long here = ProcessHandle.current().pid();
    List<Path> kept = List.of(parent.resolve("vm-" + here + "-1"), parent.resolve("other"));
    Path gone = parent.resolve("vm-2147483646-1");
    for (Path folder : List.of(kept.get(0), kept.get(1), gone)) {
      Files.createDirectories(folder);
    }
    MemoryGroups.open(parent);
    assertThat(gone).doesNotExist();
    assertThat(kept).allSatisfy(folder -> assertThat(folder).isDirectory());
  }

  @Test
  void tellsAProcessThatWasKilledForItsMemory() throws IOException {
    MemoryGroup group = new MemoryGroup(mount);
    assertThat(group.overrun()).isFalse();
    Files.writeString(mount.resolve("memory.events"), "low 0\noom 0\noom_kill 0\n");
    assertThat(group.overrun()).isFalse();
    Files.writeString(mount.resolve("memory.events"), "low 0\noom 3\noom_kill 1\n");
    assertThat(group.overrun()).isTrue();
  }
}
