package dev.cloude.initramfs.image;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloude.initramfs.tree.Attributes;
import dev.cloude.initramfs.tree.Content;
import dev.cloude.initramfs.tree.FileTree;
import dev.cloude.initramfs.tree.Node;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class WorkingFolderTest {
  private final FileTree tree = new FileTree();

  @Test
  void aFolderThatIsMissingIsMade() throws Exception {
    assertThat(WorkingFolder.prepare(tree, Optional.of("/srv/app"))).contains("/srv/app");
    assertThat(tree.isDirectory("srv/app")).isTrue();
  }

  @Test
  void noneIsNone() throws Exception {
    assertThat(WorkingFolder.prepare(tree, Optional.empty())).isEmpty();
    assertThat(tree.entries()).hasSize(1);
  }

  @Test
  void whatTheGuestWouldHideGetsAnotherName() throws Exception {
    Node.RegularFile file = new Node.RegularFile(Attributes.root(0644), Content.of(new byte[] {1}));
    tree.put("work/app/sub/file", file);
    Optional<String> place = WorkingFolder.prepare(tree, Optional.of("/work/app"));
    assertThat(place).contains("/usr/lib/cloude/working");
    assertThat(tree.find("usr/lib/cloude/working/sub/file")).containsSame(file);
    assertThat(tree.find("work/app/sub/file")).containsSame(file);
  }
}
