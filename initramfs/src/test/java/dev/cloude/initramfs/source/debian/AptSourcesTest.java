package dev.cloude.initramfs.source.debian;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AptSourcesTest {
  @TempDir Path etc;

  @BeforeEach
  void makeFolders() throws Exception {
    Files.createDirectories(etc.resolve("apt/sources.list.d"));
  }

  private void osRelease(String id, String codename) throws Exception {
    Files.writeString(
        etc.resolve("os-release"),
        "PRETTY_NAME=\"x\"\nID=%s\nVERSION_CODENAME=\"%s\"\n".formatted(id, codename));
  }

  @Test
  void readsBothForms() throws Exception {
    osRelease("debian", "bookworm");
    Files.writeString(
        etc.resolve("apt/sources.list"),
        """
        # deb http://commented.test/debian bookworm main
        deb [arch=amd64 signed-by=/k/debian.gpg] http://one.test/debian bookworm main contrib # why
        deb-src http://one.test/debian bookworm main
        deb http://sec.test/debian-security bookworm-security main
        deb cdrom:[Debian]/ bookworm main
        deb http://flat.test/ ./
        """);
    Files.writeString(
        etc.resolve("apt/sources.list.d/debian.sources"),
        """
        Types: deb deb-src
        # a comment
        URIs: http://two.test/debian
          http://three.test/debian
        Suites: bookworm bookworm-updates
        Components: main
        Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg

        Types: deb
        URIs: http://off.test/debian
        Suites: bookworm
        Components: main
        Enabled: no
        """);
    String key = "[signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] ";
    assertThat(new AptSources(etc).linesFor("bookworm"))
        .containsExactly(
            "deb [signed-by=/k/debian.gpg] http://one.test/debian bookworm main",
            "deb http://sec.test/debian-security bookworm-security main",
            "deb " + key + "http://two.test/debian bookworm main",
            "deb " + key + "http://two.test/debian bookworm-updates main",
            "deb " + key + "http://three.test/debian bookworm main",
            "deb " + key + "http://three.test/debian bookworm-updates main");
  }

  @Test
  void leavesOutThirdParties() throws Exception {
    osRelease("debian", "bookworm");
    Files.writeString(
        etc.resolve("apt/sources.list.d/others.list"),
        """
        deb [signed-by=/usr/share/keyrings/other.gpg] http://other.test/ bookworm main
        deb http://docker.test/linux/debian bookworm stable
        deb http://node.test/ nodistro main
        """);
    Files.writeString(
        etc.resolve("apt/sources.list.d/inline.sources"),
        """
        Types: deb
        URIs: http://inline.test/debian
        Suites: bookworm
        Components: main
        Signed-By:
         -----BEGIN PGP PUBLIC KEY BLOCK-----
         .
         abc
        """);
    assertThat(new AptSources(etc).linesFor("bookworm")).isEmpty();
  }

  @Test
  void mirrorsOfOneReleaseServeAnother() throws Exception {
    osRelease("debian", "trixie");
    Files.writeString(
        etc.resolve("apt/sources.list"),
        "deb http://m.test/debian trixie main\ndeb http://m.test/sec trixie-security main\n");
    assertThat(new AptSources(etc).linesFor("bookworm"))
        .containsExactly(
            "deb http://m.test/debian bookworm main",
            "deb http://m.test/sec bookworm-security main");
  }

  @Test
  void onlyDebianCounts() throws Exception {
    Files.writeString(etc.resolve("apt/sources.list"), "deb http://u.test/ubuntu jammy main\n");
    assertThat(new AptSources(etc).linesFor("bookworm")).as("no os-release").isEmpty();
    osRelease("ubuntu", "jammy");
    assertThat(new AptSources(etc).linesFor("bookworm")).isEmpty();
    assertThat(new AptSources(etc).hostSuite()).isEmpty();
    osRelease("debian", "sid");
    assertThat(new AptSources(etc).hostSuite()).contains("sid");
  }
}
