package dev.cloude.initramfs.tar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cloude.initramfs.error.ImageException;
import dev.cloude.initramfs.fixture.TarBuilder;
import dev.cloude.initramfs.tree.Attributes;
import dev.cloude.initramfs.tree.FileTree;
import dev.cloude.initramfs.tree.Node;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TarLayerTest {
  @TempDir Path folder;

  private TarLayer layer(TarBuilder tar) throws Exception {
    return new TarLayer(Files.write(folder.resolve("layer.tar"), tar.bytes()));
  }

  @Test
  void readsEveryKindOfEntry() throws Exception {
    String longName = "d/" + "n".repeat(150) + "/é";
    TarBuilder tar =
        new TarBuilder()
            .directory("./", 0755)
            .directory("d/", 01777)
            .file("d/f", 06755, 10000, 3_000_000, "content")
            .file(longName, "long")
            .hardLink("d/h", "./d/f")
            .symlink("l", "/d/f")
            .device("c", false, 5, 1)
            .device("b", true, 8, 16)
            .pipe("p");
    try (TarLayer layer = layer(tar)) {
      FileTree tree = new FileTree();
      layer.addTo(tree, path -> false);
      Node.RegularFile file = (Node.RegularFile) tree.find("d/f").orElseThrow();
      assertThat(file.attributes()).isEqualTo(new Attributes(06755, 10000, 3_000_000));
      assertThat(file.content().size()).isEqualTo(7);
      assertThat(file.content().open()).hasContent("content");
      assertThat(file.content().open()).as("can be read again").hasContent("content");
      assertThat(((Node.RegularFile) tree.find(longName).orElseThrow()).content().open())
          .hasContent("long");
      assertThat(tree.find("d/h").orElseThrow()).isSameAs(file);
      assertThat(tree.find("d")).contains(new Node.Directory(Attributes.root(01777)));
      assertThat(tree.find("l")).contains(new Node.Symlink(Attributes.root(0777), "/d/f"));
      assertThat(tree.find("c"))
          .contains(new Node.Special(Attributes.root(0660), Node.Special.Kind.CHARACTER, 5, 1));
      assertThat(tree.find("b"))
          .contains(new Node.Special(Attributes.root(0660), Node.Special.Kind.BLOCK, 8, 16));
      assertThat(tree.find("p"))
          .contains(new Node.Special(Attributes.root(0600), Node.Special.Kind.PIPE, 0, 0));
    }
  }

  @Test
  void leavesOutWhatIsToBeSkipped() throws Exception {
    try (TarLayer layer = layer(new TarBuilder().file("a", "1").file("b", "2"))) {
      FileTree tree = new FileTree();
      layer.addTo(tree, "a"::equals);
      assertThat(tree.entries().keySet()).containsExactly("", "b");
    }
  }

  @Test
  void entriesThatLeaveTheTreeAreRefused() throws Exception {
    try (TarLayer layer = layer(new TarBuilder().file("a/../../etc/passwd", "x"))) {
      assertThatThrownBy(() -> layer.addTo(new FileTree(), path -> false))
          .isInstanceOf(ImageException.class)
          .hasMessageContaining("a/../../etc/passwd");
    }
    try (TarLayer layer = layer(new TarBuilder().hardLink("a", "../../etc/passwd"))) {
      assertThatThrownBy(() -> layer.addTo(new FileTree(), path -> false))
          .isInstanceOf(ImageException.class)
          .hasMessageContaining("../../etc/passwd");
    }
  }

  @Test
  void whatIsNoArchiveIsNamed() throws Exception {
    Path file = Files.writeString(folder.resolve("x"), "no tar at all, but long enough".repeat(99));
    assertThatThrownBy(() -> new TarLayer(file))
        .isInstanceOf(ImageException.class)
        .hasMessageContaining(file.toString());
  }
}
