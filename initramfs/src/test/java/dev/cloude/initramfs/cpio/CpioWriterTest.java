package dev.cloude.initramfs.cpio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cloude.initramfs.error.ImageException;
import dev.cloude.initramfs.fixture.NewcArchive;
import dev.cloude.initramfs.fixture.OciLayoutBuilder;
import dev.cloude.initramfs.tree.Attributes;
import dev.cloude.initramfs.tree.Content;
import dev.cloude.initramfs.tree.FileTree;
import dev.cloude.initramfs.tree.Node;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CpioWriterTest {

  private static Node.RegularFile file(int mode, String text) {
    return new Node.RegularFile(
        Attributes.root(mode), Content.of(text.getBytes(StandardCharsets.UTF_8)));
  }

  private static byte[] write(FileTree tree) throws Exception {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    CpioWriter.write(tree, out);
    return out.toByteArray();
  }

  private static FileTree sample() throws Exception {
    FileTree tree = new FileTree();
    tree.put("z/three", file(0644, "xyz"));
    tree.put("a", file(0755, "hard"));
    tree.link("z/b", "a");
    tree.link("m", "a");
    tree.put("grüße", new Node.Symlink(Attributes.root(0777), "z/três"));
    tree.put(
        "dev/console", new Node.Special(Attributes.root(0600), Node.Special.Kind.CHARACTER, 5, 1));
    tree.put("dev/sda", new Node.Special(Attributes.root(0660), Node.Special.Kind.BLOCK, 8, 0));
    tree.put("pipe", new Node.Special(Attributes.root(0600), Node.Special.Kind.PIPE, 0, 0));
    tree.put("su", new Node.RegularFile(new Attributes(04755, 10000, 42), Content.of(new byte[0])));
    tree.put("tmp", new Node.Directory(Attributes.root(01777)));
    return tree;
  }

  @Test
  void writesEveryKindOfFile() throws Exception {
    Map<String, NewcArchive.Member> members = NewcArchive.read(write(sample()));
    assertThat(members.keySet())
        .containsExactly(
            ".",
            "a",
            "dev",
            "dev/console",
            "dev/sda",
            "grüße",
            "m",
            "pipe",
            "su",
            "tmp",
            "z",
            "z/b",
            "z/three");
    assertThat(members.get("z/three").text()).isEqualTo("xyz");
    assertThat(members.get("z/three").mode()).isEqualTo(0100644);
    assertThat(members.get("grüße").mode()).isEqualTo(0120777);
    assertThat(members.get("grüße").text()).isEqualTo("z/três");
    assertThat(members.get("tmp").mode()).isEqualTo(041777);
    assertThat(members.get("pipe").mode()).isEqualTo(010600);
    assertThat(members.get("su").mode()).isEqualTo(0104755);
    assertThat(members.get("su").uid()).isEqualTo(10000);
    assertThat(members.get("su").gid()).isEqualTo(42);
    NewcArchive.Member console = members.get("dev/console");
    assertThat(console.mode()).isEqualTo(020600);
    assertThat(console.major()).isEqualTo(5);
    assertThat(console.minor()).isEqualTo(1);
    assertThat(members.get("dev/sda").mode()).isEqualTo(060660);
    assertThat(members.get("dev/sda").major()).isEqualTo(8);
  }

  @Test
  void hardLinksShareAnInodeAndTheLastOneHasTheBytes() throws Exception {
    Map<String, NewcArchive.Member> members = NewcArchive.read(write(sample()));
    assertThat(members.get("a").inode())
        .isEqualTo(members.get("m").inode())
        .isEqualTo(members.get("z/b").inode())
        .isNotEqualTo(members.get("z/three").inode());
    assertThat(members.get("a").links()).isEqualTo(3);
    assertThat(members.get("z/b").links()).isEqualTo(3);
    assertThat(members.get("z/three").links()).isEqualTo(1);
    assertThat(members.get("a").text()).isEmpty();
    assertThat(members.get("m").text()).isEmpty();
    assertThat(members.get("z/b").text()).isEqualTo("hard");
  }

  @Test
  void theSameTreeGivesTheSameBytes() throws Exception {
    byte[] first = write(sample());
    assertThat(write(sample())).isEqualTo(first);
    assertThat(NewcArchive.read(first).values())
        .extracting(NewcArchive.Member::time)
        .containsOnly(0);
    // When this changes, images change: raise ImageBuilder.VERSION with it.
    assertThat(OciLayoutBuilder.digest(first))
        .isEqualTo("sha256:707718ca7945f1cd6d0d2b8afca453cc966793aa652eaf92cce95ae3c823dd5c");
  }

  @Test
  void theNameThatEndsArchivesIsRefused() throws Exception {
    FileTree tree = new FileTree();
    tree.put("TRAILER!!!", file(0644, ""));
    assertThatThrownBy(() -> write(tree))
        .isInstanceOf(ImageException.class)
        .hasMessageContaining("TRAILER!!!");
  }

  @Test
  void filesTooLargeForTheFormatAreRefused() throws Exception {
    FileTree tree = new FileTree();
    tree.put("big", new Node.RegularFile(Attributes.root(0644), announced(1L << 32)));
    assertThatThrownBy(() -> write(tree))
        .isInstanceOf(ImageException.class)
        .hasMessageContaining("4294967296 bytes");
  }

  @Test
  void aFileThatShrinksWhileItIsReadFailsTheImage() throws Exception {
    FileTree tree = new FileTree();
    tree.put("short", new Node.RegularFile(Attributes.root(0644), announced(5)));
    assertThatThrownBy(() -> write(tree)).isInstanceOf(IOException.class);
  }

  private static Content announced(long size) {
    return new Content() {
      @Override
      public long size() {
        return size;
      }

      @Override
      public InputStream open() {
        return InputStream.nullInputStream();
      }
    };
  }
}
