package dev.cloude.initramfs.source.oci;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cloude.initramfs.error.ImageException;
import dev.cloude.initramfs.fixture.TarBuilder;
import dev.cloude.initramfs.tar.TarLayer;
import dev.cloude.initramfs.tree.FileTree;
import dev.cloude.initramfs.tree.Node;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LayerApplierTest {
  @TempDir Path folder;

  private FileTree apply(TarBuilder... layers) throws Exception {
    FileTree tree = new FileTree();
    for (int i = 0; i < layers.length; i++) {
      Path file = Files.write(folder.resolve(i + ".tar"), layers[i].bytes());
      try (TarLayer layer = new TarLayer(file)) {
        LayerApplier.apply(layer, tree);
      }
    }
    return tree;
  }

  @Test
  void whiteoutRemovesWhatLowerLayersHave() throws Exception {
    FileTree tree =
        apply(
            new TarBuilder().file("a/gone", "1").file("a/stays", "2").file("dir/x/y", "3"),
            new TarBuilder().file("a/.wh.gone", "").file(".wh.dir", "").file(".wh.nothing", ""));
    assertThat(tree.entries().keySet()).containsExactly("", "a", "a/stays");
  }

  @Test
  void whiteoutSparesItsOwnLayerWhereverItStands() throws Exception {
    FileTree before =
        apply(
            new TarBuilder().file("a/x", "old").file("a/y", "old"),
            new TarBuilder().file("a/x", "new").file("a/.wh.x", "").file("a/.wh.y", ""));
    assertThat(before.entries().keySet()).containsExactly("", "a", "a/x");
    assertThat(((Node.RegularFile) before.find("a/x").orElseThrow()).content().size()).isEqualTo(3);
  }

  @Test
  void opaqueDirectoryHidesAllBelowItButItsOwn() throws Exception {
    FileTree tree =
        apply(
            new TarBuilder().file("a/old", "1").file("a/sub/old", "2").file("b/old", "3"),
            new TarBuilder()
                .directory("a/", 0700)
                .file("a/new", "4")
                .file("a/.wh..wh..opq", "")
                .file("a/sub/new", "5"));
    assertThat(tree.entries().keySet())
        .containsExactly("", "a", "a/new", "a/sub", "a/sub/new", "b", "b/old");
    assertThat(tree.find("a").orElseThrow().attributes().mode()).isEqualTo(0700);
  }

  @Test
  void opaqueRootAndOpaqueNothing() throws Exception {
    FileTree tree =
        apply(
            new TarBuilder().file("a", "1"),
            new TarBuilder().file(".wh..wh..opq", "").file("new/.wh..wh..opq", "").file("b", "2"));
    assertThat(tree.entries().keySet()).containsExactly("", "b");
  }

  @Test
  void aufsBookkeepingMeansNothing() throws Exception {
    FileTree tree =
        apply(
            new TarBuilder().file("plnk", "1"),
            new TarBuilder().directory(".wh..wh.plnk/", 0700).file(".wh..wh.aufs", ""));
    assertThat(tree.entries().keySet()).containsExactly("", "plnk");
  }

  @Test
  void whiteoutsFollowLinkedParentsButNotTheLastName() throws Exception {
    FileTree tree =
        apply(
            new TarBuilder()
                .file("usr/lib/a", "1")
                .file("usr/lib/b", "2")
                .symlink("lib", "usr/lib")
                .symlink("usr/lib/l", "b"),
            new TarBuilder().file("lib/.wh.a", "").file("lib/.wh.l", ""));
    assertThat(tree.entries().keySet()).containsExactly("", "lib", "usr", "usr/lib", "usr/lib/b");
  }

  @Test
  void laterLayersReachThroughLinksWithoutLeavingTheTree() throws Exception {
    FileTree tree =
        apply(
            new TarBuilder().symlink("escape", "/../../../../etc").symlink("up", "../../.."),
            new TarBuilder().file("escape/shadow", "x").file("up/tmp/y", "y"));
    assertThat(tree.entries().keySet())
        .containsExactly("", "escape", "etc", "etc/shadow", "tmp", "tmp/y", "up");
  }

  @Test
  void hardLinksReachLowerLayersAndSurviveTheirReplacement() throws Exception {
    FileTree tree =
        apply(
            new TarBuilder().file("a", "first"),
            new TarBuilder().hardLink("b", "a"),
            new TarBuilder().file("a", "second!"));
    assertThat(((Node.RegularFile) tree.find("b").orElseThrow()).content().size()).isEqualTo(5);
    assertThat(((Node.RegularFile) tree.find("a").orElseThrow()).content().size()).isEqualTo(7);
  }

  @Test
  void fileOverDirectoryAndBack() throws Exception {
    FileTree tree =
        apply(
            new TarBuilder().file("a/b", "1").file("c", "2"),
            new TarBuilder().file("a", "3").directory("c/", 0755).file("c/d", "4"));
    assertThat(tree.entries().keySet()).containsExactly("", "a", "c", "c/d");
  }

  @Test
  void whiteoutsOfNothingAreRefused() {
    for (String name : new String[] {"a/.wh.", "a/.wh...", "a/.wh.."}) {
      assertThatThrownBy(() -> apply(new TarBuilder().file(name, "")))
          .as(name)
          .isInstanceOf(ImageException.class)
          .hasMessageContaining("names no file");
    }
  }
}
