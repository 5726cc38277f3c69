package dev.cloude.initramfs.tree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cloude.initramfs.error.ImageException;
import org.junit.jupiter.api.Test;

class FileTreeTest {
  private final FileTree tree = new FileTree();

  private static Node.RegularFile file(String text) {
    return new Node.RegularFile(Attributes.root(0644), Content.of(text.getBytes()));
  }

  private static Node symlink(String target) {
    return new Node.Symlink(Attributes.root(0777), target);
  }

  private static Node directory(int mode) {
    return new Node.Directory(Attributes.root(mode));
  }

  @Test
  void makesMissingParents() throws Exception {
    tree.put("a/b/c", file("x"));
    assertThat(tree.entries().keySet()).containsExactly("", "a", "a/b", "a/b/c");
    assertThat(tree.find("a/b")).contains(directory(0755));
  }

  @Test
  void directoryOverDirectoryKeepsWhatIsInIt() throws Exception {
    tree.put("a/b", file("x"));
    tree.put("a", directory(0700));
    assertThat(tree.entries().keySet()).containsExactly("", "a", "a/b");
    assertThat(tree.find("a")).contains(directory(0700));
  }

  @Test
  void anythingElseOverDirectoryReplacesItWhole() throws Exception {
    tree.put("a/b", file("x"));
    tree.put("a-b", file("beside"));
    tree.put("a0", file("beside"));
    tree.put("a", file("y"));
    assertThat(tree.entries().keySet()).containsExactly("", "a", "a-b", "a0");
  }

  @Test
  void directoryOverSymlinkReplacesTheLink() throws Exception {
    tree.put("real/x", file("x"));
    tree.put("a", symlink("real"));
    tree.put("a", directory(0755));
    tree.put("a/y", file("y"));
    assertThat(tree.entries().keySet()).containsExactly("", "a", "a/y", "real", "real/x");
  }

  @Test
  void parentsAreFollowedThroughLinksInsideTheTree() throws Exception {
    tree.put("usr/lib", directory(0755));
    tree.put("lib", symlink("usr/lib"));
    tree.put("abs", symlink("/usr"));
    tree.put("up", symlink("../../../../usr/./lib"));
    tree.put("lib/a", file("a"));
    tree.put("abs/lib/b", file("b"));
    tree.put("up/c", file("c"));
    assertThat(tree.entries().keySet())
        .contains("usr/lib/a", "usr/lib/b", "usr/lib/c")
        .doesNotContain("lib/a", "abs/lib/b", "up/c");
    assertThat(tree.find("lib"))
        .as("the last component is not followed")
        .contains(symlink("usr/lib"));
    assertThat(tree.isDirectory("lib")).isTrue();
  }

  @Test
  void linkLoopsEnd() throws Exception {
    tree.put("a", symlink("b"));
    tree.put("b", symlink("a"));
    assertThatThrownBy(() -> tree.put("a/x", file("x")))
        .isInstanceOf(ImageException.class)
        .hasMessageContaining("more than 40 symbolic links");
  }

  @Test
  void hardLinksShareOneFile() throws Exception {
    tree.put("a", file("x"));
    tree.link("dir/b", "a");
    assertThat(tree.find("dir/b").orElseThrow()).isSameAs(tree.find("a").orElseThrow());
    tree.put("a", file("y"));
    assertThat(tree.find("dir/b").orElseThrow()).isNotSameAs(tree.find("a").orElseThrow());
  }

  @Test
  void hardLinkToItselfChangesNothing() throws Exception {
    tree.put("a", file("x"));
    tree.link("a", "a");
    assertThat(tree.entries().keySet()).containsExactly("", "a");
  }

  @Test
  void hardLinksNeedAFile() throws Exception {
    tree.put("d", directory(0755));
    assertThatThrownBy(() -> tree.link("x", "nowhere")).hasMessageContaining("is not there");
    assertThatThrownBy(() -> tree.link("x", "d")).hasMessageContaining("is a directory");
  }

  @Test
  void filesAreNoDirectories() throws Exception {
    tree.put("a", file("x"));
    assertThatThrownBy(() -> tree.put("a/b", file("y")))
        .isInstanceOf(ImageException.class)
        .hasMessageContaining("\"/a\" is not a directory");
  }

  @Test
  void theRootStaysADirectory() throws Exception {
    assertThatThrownBy(() -> tree.put("", file("x"))).isInstanceOf(ImageException.class);
    tree.put("", directory(0700));
    tree.put("a", file("x"));
    tree.remove("");
    assertThat(tree.entries().keySet()).containsExactly("", "a");
  }

  @Test
  void removesWithAllBelow() throws Exception {
    tree.put("a/b/c", file("x"));
    tree.put("a/d", file("x"));
    tree.put("a.d", file("x"));
    tree.remove("a/b");
    tree.remove("nowhere/at/all");
    assertThat(tree.entries().keySet()).containsExactly("", "a", "a.d", "a/d");
    tree.removeChildren("a");
    assertThat(tree.entries().keySet()).containsExactly("", "a", "a.d");
    tree.removeChildren("");
    assertThat(tree.entries().keySet()).containsExactly("");
  }

  @Test
  void removingALinkLeavesWhatItPointsTo() throws Exception {
    tree.put("real/x", file("x"));
    tree.put("a", symlink("real"));
    tree.remove("a");
    assertThat(tree.entries().keySet()).containsExactly("", "real", "real/x");
  }
}
