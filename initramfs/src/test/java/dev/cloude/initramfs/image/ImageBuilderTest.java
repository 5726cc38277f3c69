package dev.cloude.initramfs.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cloude.initramfs.catalog.Language;
import dev.cloude.initramfs.error.ImageException;
import dev.cloude.initramfs.fixture.NewcArchive;
import java.io.ByteArrayInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageBuilderTest {
  @TempDir Path folder;
  private BuildFixture fixture;

  @BeforeEach
  void prepare() throws Exception {
    fixture = new BuildFixture(folder);
  }

  private Path image() {
    return folder.resolve("out/python-3.11.cpio");
  }

  private static Map<String, NewcArchive.Member> members(Path image) throws Exception {
    return NewcArchive.read(Files.readAllBytes(image));
  }

  @Test
  void anImageHasAllThatAGuestNeeds() throws Exception {
    BuiltImage built = fixture.build();
    assertThat(built)
        .isEqualTo(
            new BuiltImage(
                "python", true, image(), Files.size(image()), List.of("first build"), 0));
    Map<String, NewcArchive.Member> members = members(image());
    assertThat(members)
        .containsKeys("proc", "sys", "dev", "run", "dev/null", "root", "usr/bin/python3")
        .doesNotContainKeys("dev/mem", "usr/share/doc", "usr/share/doc/readme", "init.old");
    assertThat(members.get("dev/console").mode()).isEqualTo(020600);
    assertThat(members.get("dev/console").major()).isEqualTo(5);
    assertThat(members.get("dev/console").minor()).isEqualTo(1);
    assertThat(members.get("tmp").mode()).isEqualTo(041777);
    assertThat(members.get("init").mode()).isEqualTo(0100755);
    assertThat(members.get("init").inode())
        .as("the agent is there once")
        .isEqualTo(members.get("usr/bin/cloude-agentd").inode());
    assertThat(members.get("usr/bin/cloude-agentd").text()).isEqualTo("#!/agent 1\n");
    assertThat(members.get("usr/lib/cloude/modules/order").text()).isEqualTo("b.ko\na.ko\n");
    assertThat(members.get("usr/lib/cloude/modules/order.net").text()).isEqualTo("net.ko\n");
    assertThat(members).as("names nothing").doesNotContainKey("usr/lib/cloude/modules/order.vsock");
    assertThat(members.get("usr/lib/cloude/modules/a.ko").text()).isEqualTo("module a");
    assertThat(members).as("/lib is a link in this image").doesNotContainKey("lib/cloude");
    assertThat(members).doesNotContainKey("usr/lib/cloude/modules/unused.ko");
    assertThat(members.get("etc/passwd").text())
        .as("the image's own, and who runs programs")
        .isEqualTo("root:x:0:0\ncloude:x:10000:10000:cloude:/tmp:/bin/sh\n");
    assertThat(members.get("etc/group").text()).contains("cloude:x:10000:");
    assertThat(members.get("etc/cloude/language.json").text())
        .isEqualTo(
            "{\"name\":\"python\",\"version\":\"3.11\",\"aliases\":[\"py\"],\"file\":\"main.py\","
                + "\"compile\":null,\"run\":[\"/usr/bin/python3\",\"main.py\"],"
                + "\"env\":{\"LANG\":\"C.UTF-8\"},\"root\":false}\n");
  }

  @Test
  void anInitScriptStartsInsteadOfTheAgent() throws Exception {
    fixture.useInit("#!/bin/sh\nexec agent\n");
    fixture.build();
    Map<String, NewcArchive.Member> members = members(image());
    assertThat(members.get("init").text()).isEqualTo("#!/bin/sh\nexec agent\n");
    assertThat(members.get("init").links()).isEqualTo(1);
    assertThat(members.get("usr/bin/cloude-agentd").text()).isEqualTo("#!/agent 1\n");
  }

  @Test
  void theSameInputsGiveTheSameBytes() throws Exception {
    fixture.build();
    byte[] first = Files.readAllBytes(image());
    fixture.useOutput("elsewhere");
    fixture.build();
    assertThat(Files.readAllBytes(folder.resolve("elsewhere/python-3.11.cpio"))).isEqualTo(first);
  }

  @Test
  void gzipHoldsTheSameArchiveAndReplacesThePlainImage() throws Exception {
    fixture.build();
    byte[] plain = Files.readAllBytes(image());
    fixture.useCompression(Compression.GZIP);
    Path gzip = fixture.build().file();
    assertThat(gzip).isEqualTo(folder.resolve("out/python-3.11.cpio.gz"));
    assertThat(new GZIPInputStream(new ByteArrayInputStream(Files.readAllBytes(gzip))))
        .hasBinaryContent(plain);
    assertThat(image()).doesNotExist();
    assertThat(Language.metaFile(image())).doesNotExist();
    assertThat(fixture.language().imageFile(folder.resolve("out"))).isEqualTo(gzip);
    assertThat(fixture.build().built()).isFalse();
  }

  @Test
  void aFailedBuildLeavesTheOldImage() throws Exception {
    fixture.build();
    byte[] old = Files.readAllBytes(image());
    fixture.breakSource();
    assertThatThrownBy(fixture::build).isInstanceOf(ImageException.class);
    assertThat(image()).hasBinaryContent(old);
    assertThat(ImageMeta.read(image()).orElseThrow().describes(image())).isTrue();
    assertThat(folder.resolve("out/.python-3.11.work")).doesNotExist();
  }

  @Test
  void missingInputsAreNamed() throws Exception {
    Files.delete(folder.resolve("agent"));
    assertThatThrownBy(fixture::build)
        .hasMessageContaining(folder.resolve("agent").toString())
        .hasMessageContaining("--agent");
    Files.writeString(folder.resolve("agent"), "plain text");
    assertThatThrownBy(fixture::build).hasMessageContaining("neither an ELF program nor a script");
    Files.writeString(folder.resolve("agent"), "#!/agent 1\n");
    Files.writeString(folder.resolve("modules/order"), "a.ko\nmissing.ko\n");
    assertThatThrownBy(fixture::build).hasMessageContaining("names missing.ko");
    Files.writeString(folder.resolve("modules/order"), "../a.ko\n");
    assertThatThrownBy(fixture::build).hasMessageContaining("names \"../a.ko\"");
    Files.writeString(folder.resolve("modules/order"), "a.ko.xz\n");
    assertThatThrownBy(fixture::build).hasMessageContaining("only uncompressed modules");
    Files.delete(folder.resolve("modules/order"));
    assertThatThrownBy(fixture::build).hasMessageContaining("no readable file \"order\"");
  }

  @Test
  void anOutputThatIsAFileIsNamed() throws Exception {
    Files.writeString(folder.resolve("out"), "in the way");
    assertThatThrownBy(fixture::build)
        .isInstanceOf(ImageException.class)
        .hasMessageContaining(folder.resolve("out").toString());
  }
}
