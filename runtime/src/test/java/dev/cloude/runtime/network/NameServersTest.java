package dev.cloude.runtime.network;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloude.runtime.config.NameServerSettings;
import dev.cloude.runtime.job.Ipv4Range;
import java.io.IOException;
import java.net.Inet4Address;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NameServersTest {
  private static final NameServerSettings HOST = new NameServerSettings(true, List.of());

  @TempDir private Path folder;

  private List<String> found(String... contents) throws IOException {
    Path[] files = new Path[contents.length];
    for (int i = 0; i < contents.length; i++) {
      files[i] = Files.writeString(folder.resolve("resolv" + i), contents[i]);
    }
    return NameServers.in(HOST, List.of(files)).get().stream()
        .map(Inet4Address::getHostAddress)
        .toList();
  }

  @Test
  void theHostsPublicOnesAreUsed() throws IOException {
    assertThat(
            found(
                "# nameserver 1.2.3.4\nsearch example.org\nnameserver 8.8.8.8\n"
                    + "  nameserver\t9.9.9.9 \nnameserver 8.8.8.8\noptions ndots:2\n"))
        .containsExactly("8.8.8.8", "9.9.9.9");
  }

  @Test
  void whatGuestsCannotReachIsLeftOut() throws IOException {
    assertThat(
            found(
                "nameserver 127.0.0.53\nnameserver 10.0.0.2\nnameserver 169.254.169.253\n"
                    + "nameserver 192.168.1.1\nnameserver 2606:4700::1111\nnameserver fe80::1%eth0\n"
                    + "nameserver\nnameserver here\nnameserver 172.32.0.1\n"))
        .containsExactly("172.32.0.1");
  }

  @Test
  void aLocalResolversOwnAreFound() throws IOException {
    assertThat(found("nameserver 127.0.0.53\n", "nameserver 1.1.1.1\n")).containsExactly("1.1.1.1");
    assertThat(found("nameserver 8.8.8.8\n", "nameserver 1.1.1.1\n")).containsExactly("8.8.8.8");
  }

  @Test
  void aCLibraryTakesNoMoreThanThree() throws IOException {
    assertThat(
            found(
                "nameserver 1.1.1.1\nnameserver 1.1.1.2\nnameserver 1.1.1.3\nnameserver 1.1.1.4\n"))
        .hasSize(3);
  }

  @Test
  void aHostWithoutFilesHasNone() {
    assertThat(NameServers.in(HOST, List.of(folder.resolve("none"))).get()).isEmpty();
  }

  @Test
  void whatIsNamedIsUsedAsItIs() {
    List<Inet4Address> named = List.of(Ipv4Range.parseAddress("10.0.0.53").orElseThrow());

    assertThat(NameServers.ofHost(new NameServerSettings(false, named)).get()).isEqualTo(named);
  }
}
