package dev.cloude.initramfs.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.cloude.initramfs.catalog.Language;
import dev.cloude.initramfs.fixture.NewcArchive;
import dev.cloude.initramfs.process.Command;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What other programs write. */
class ImageFormsTest {
  @TempDir Path folder;
  private BuildFixture fixture;

  @BeforeEach
  void prepare() throws Exception {
    fixture = new BuildFixture(folder);
  }

  private static void needs(String... programs) {
    for (String program : programs) {
      assumeTrue(Command.find(program).isPresent(), program + " is not installed");
    }
  }

  private byte[] run(String... words) throws Exception {
    Path output = folder.resolve("output");
    new Command(List.of(words)).to(output).run("answer");
    return Files.readAllBytes(output);
  }

  @ParameterizedTest
  @CsvSource({
    // lz4_Byte32 magic of the old frame format; RFC 8878, 3.1.1
    "lz4, .cpio.lz4, 02214c18",
    "zstd, .cpio.zst, 28b52ffd",
    "gzip, .cpio.gz, 1f8b0800",
  })
  void aCompressedArchiveIsTheSameArchive(String program, String ending, String magic)
      throws Exception {
    needs(program);
    byte[] plain = Files.readAllBytes(fixture.build().file());
    fixture.useCompression(Compression.valueOf(program.toUpperCase(java.util.Locale.ROOT)));

    Path image = fixture.build().file();

    assertThat(image).isEqualTo(folder.resolve("out/python-3.11" + ending));
    assertThat(java.util.HexFormat.of().formatHex(Files.readAllBytes(image), 0, 4))
        .isEqualTo(magic);
    assertThat(run(program, "-dc", image.toString())).isEqualTo(plain);
    assertThat(ImageMeta.read(image).orElseThrow().unpackedBytes()).isEqualTo(plain.length);
    assertThat(folder.resolve("out/python-3.11.cpio")).doesNotExist();
    byte[] first = Files.readAllBytes(image);
    fixture.useOutput("elsewhere");
    assertThat(fixture.build().file()).hasBinaryContent(first);
  }

  @Test
  void aDiskIsTheSameForTheSameTreeAndStandsBesideTheArchive() throws Exception {
    needs("mkfs.erofs", "cpio");
    Path archive = fixture.build().file();
    fixture.useCompression(Compression.EROFS);

    Path disk = fixture.build().file();

    byte[] bytes = Files.readAllBytes(disk);
    assertThat(disk).isEqualTo(fixture.language().diskFile(folder.resolve("out")));
    assertThat(bytes.length % 4096).isZero();
    // erofs_super_block, fs/erofs/erofs_fs.h: at 1024, begins with the magic
    assertThat(ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getInt(1024))
        .isEqualTo(0xE0F5E1E2);
    assertThat(archive).exists();
    fixture.useOutput("elsewhere");
    assertThat(fixture.build().file()).hasBinaryContent(bytes);
    fixture.useCompression(Compression.NONE);
    fixture.useOutput("out");
    assertThat(fixture.build().built()).isFalse();
    assertThat(disk).exists();
  }

  @Test
  void anotherAgentConcernsTheStartArchiveAlone() throws Exception {
    needs("mkfs.erofs", "cpio");
    Files.writeString(folder.resolve("modules/order.disk"), "unused.ko\n");
    fixture.useCompression(Compression.EROFS);
    fixture.build();
    BuiltImage start = fixture.builder().buildStart();

    assertThat(start.file()).isEqualTo(Language.startArchive(folder.resolve("out")));
    Map<String, NewcArchive.Member> members = NewcArchive.read(Files.readAllBytes(start.file()));
    assertThat(members)
        .containsOnlyKeys(
            ".",
            "dev",
            "dev/console",
            "dev/null",
            "init",
            "lib",
            "lib/cloude",
            "lib/cloude/modules",
            "lib/cloude/modules/a.ko",
            "lib/cloude/modules/b.ko",
            "lib/cloude/modules/net.ko",
            "lib/cloude/modules/order",
            "lib/cloude/modules/order.net",
            "lib/cloude/modules/unused.ko",
            "proc",
            "sys",
            "usr",
            "usr/bin",
            "usr/bin/cloude-agentd");
    assertThat(members.get("lib/cloude/modules/order").text()).isEqualTo("b.ko\na.ko\nunused.ko\n");
    assertThat(members.get("lib/cloude/modules/order.net").text()).isEqualTo("net.ko\n");
    assertThat(Language.isFinished(start.file())).isTrue();
    assertThat(fixture.builder().buildStart().built()).isFalse();

    Files.writeString(folder.resolve("agent"), "#!/agent 2\n");

    assertThat(fixture.build().built()).isFalse();
    assertThat(fixture.builder().buildStart().built()).isTrue();
  }

  @Test
  void aStartScriptCannotStartADisk() throws Exception {
    fixture.useInit("#!/bin/sh\n");
    fixture.useCompression(Compression.EROFS);

    assertThatThrownBy(() -> fixture.builder().buildStart())
        .hasMessageContaining("leave out --init");
  }
}
