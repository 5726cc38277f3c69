package dev.cloude.initramfs.tree;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class ExcludeRulesTest {

  @Test
  void leavesOutMatchesWithAllBelow() throws Exception {
    FileTree tree = new FileTree();
    for (String path :
        List.of(
            "usr/share/doc/a/b",
            "usr/share/doctor",
            "usr/lib/p/__pycache__/x.pyc",
            "var/cache/apt/y",
            "usr/bin/dpkg-deb",
            "usr/bin/dpkg",
            "opt/usr/bin/dpkg",
            "a.c")) {
      tree.put(path, new Node.RegularFile(Attributes.root(0644), Content.of(new byte[0])));
    }
    new ExcludeRules(
            List.of("/usr/share/doc", "**/__pycache__", "/var/cache/*", "/usr/bin/dpkg*", "/a?c"))
        .applyTo(tree);
    assertThat(tree.entries().keySet())
        .containsExactly(
            "",
            "a.c",
            "opt",
            "opt/usr",
            "opt/usr/bin",
            "opt/usr/bin/dpkg",
            "usr",
            "usr/bin",
            "usr/lib",
            "usr/lib/p",
            "usr/share",
            "usr/share/doctor",
            "var",
            "var/cache");
  }

  @Test
  void noRulesLeaveNothingOut() throws Exception {
    FileTree tree = new FileTree();
    tree.put("a", new Node.Directory(Attributes.root(0755)));
    new ExcludeRules(List.of()).applyTo(tree);
    assertThat(tree.entries().keySet()).containsExactly("", "a");
  }
}
