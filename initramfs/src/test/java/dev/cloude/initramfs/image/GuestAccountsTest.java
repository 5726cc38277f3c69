package dev.cloude.initramfs.image;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cloude.initramfs.tree.Attributes;
import dev.cloude.initramfs.tree.Content;
import dev.cloude.initramfs.tree.FileTree;
import dev.cloude.initramfs.tree.Node;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GuestAccountsTest {
  private static final String CLOUDE = "cloude:x:10000:10000:cloude:/tmp:/bin/sh\n";

  private final FileTree tree = new FileTree();

  private void put(String path, String text) throws Exception {
    tree.put(
        path,
        new Node.RegularFile(new Attributes(0640, 1, 2), Content.of(text.getBytes(ISO_8859_1))));
  }

  private String text(String path) throws Exception {
    Node.RegularFile file = (Node.RegularFile) tree.find(path).orElseThrow();
    return new String(file.content().open().readAllBytes(), ISO_8859_1);
  }

  @Test
  void filesThatAreMissingAreMade() throws Exception {
    GuestAccounts.addTo(tree);
    assertThat(text("etc/passwd")).startsWith("root:x:0:0:").contains(CLOUDE);
    assertThat(text("etc/group")).startsWith("root:x:0:").contains("cloude:x:10000:\n");
  }

  @ParameterizedTest
  @CsvSource({
    "'root:x:0:0::/:/bin/sh\n', ''",
    "'root:x:0:0::/:/bin/sh', '\n'",
    "'r\u00e9my:x:1:1::/:\n', ''",
    "'', ''"
  })
  void theAccountIsAppended(String before, String separator) throws Exception {
    put("etc/passwd", before);
    GuestAccounts.addTo(tree);
    assertThat(text("etc/passwd")).isEqualTo(before + separator + CLOUDE);
    assertThat(tree.find("etc/passwd").orElseThrow().attributes())
        .isEqualTo(new Attributes(0640, 1, 2));
  }

  @Test
  void whoHasTheNumberAlreadyStays() throws Exception {
    put("etc/passwd", "app:x:10000:10000::/app:/bin/sh\n");
    put("etc/group", "app:x:10000:\n");
    GuestAccounts.addTo(tree);
    assertThat(text("etc/passwd")).isEqualTo("app:x:10000:10000::/app:/bin/sh\n");
    assertThat(text("etc/group")).isEqualTo("app:x:10000:\n");
  }

  @Test
  void aNameThatIsTakenIsNotTakenAgain() throws Exception {
    put("etc/passwd", "cloude:x:7:7::/:\n");
    GuestAccounts.addTo(tree);
    assertThat(text("etc/passwd")).contains("\ncloude-program:x:10000:10000:");
  }

  @Test
  void aLinkIsLeftAlone() throws Exception {
    Node link = new Node.Symlink(Attributes.root(0777), "../run/passwd");
    tree.put("etc/passwd", link);
    GuestAccounts.addTo(tree);
    assertThat(tree.find("etc/passwd")).isEqualTo(Optional.of(link));
  }
}
