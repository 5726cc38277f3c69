package dev.cloude.runtime.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** With a shell script in nft's place. */
class NftCommandTest {
  @TempDir Path folder;

  @Test
  void rulesArriveWhole() throws IOException {
    Path seen = folder.resolve("seen");

    nft("[ \"$*\" = '-f -' ] && cat > " + seen).apply("a\nb\n");

    assertThat(seen).hasContent("a\nb\n");
  }

  @Test
  void aRefusalIsSaid() throws IOException {
    NftCommand nft =
        nft("cat >/dev/null; echo '/dev/stdin:1: syntax error' >&2; echo more; exit 1");

    assertThatThrownBy(() -> nft.apply("nonsense"))
        .hasMessage("nft refused the rules: /dev/stdin:1: syntax error");
  }

  @Test
  void aSilentFailureIsSaid() throws IOException {
    NftCommand nft = nft("exit 9");

    assertThatThrownBy(() -> nft.apply("x".repeat(1 << 20)))
        .hasMessage("nft refused the rules: exit code 9");
  }

  @Test
  void anInterruptIsKeptForTheCaller() throws IOException {
    Thread.currentThread().interrupt();

    nft("cat >/dev/null").apply("x");

    assertThat(Thread.interrupted()).isTrue();
  }

  @Test
  void aHostWithoutItIsTold() {
    NftCommand nft = new NftCommand(List.of(folder.resolve("gone")));

    assertThatThrownBy(() -> nft.apply("x")).hasMessageContaining("install the package nftables");
  }

  private NftCommand nft(String script) throws IOException {
    Path file = folder.resolve("nft");
    Files.writeString(file, "#!/bin/sh\nPATH=/bin:/usr/bin\n" + script + "\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    return new NftCommand(List.of(folder.resolve("missing"), file));
  }
}
