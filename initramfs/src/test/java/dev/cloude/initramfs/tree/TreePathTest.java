package dev.cloude.initramfs.tree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cloude.initramfs.error.ImageException;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TreePathTest {

  @ParameterizedTest
  @CsvSource({
    "./usr//bin/, usr/bin",
    "/etc/passwd, etc/passwd",
    "./, ''",
    "a/./b, a/b",
    "..a, ..a"
  })
  void cleansNames(String name, String path) throws Exception {
    assertThat(TreePath.normalize(name)).isEqualTo(path);
  }

  @ParameterizedTest
  @ValueSource(strings = {"../x", "a/../../x", "a/..", "..", "/..", "a\0b", "b\uFFFDd"})
  void refusesNamesThatLeaveTheTreeOrCannotBe(String name) {
    assertThatThrownBy(() -> TreePath.normalize(name))
        .isInstanceOf(ImageException.class)
        .hasMessageContaining("archive entry");
  }

  @Property
  void whatIsTakenIsARelativePathOfPlainNames(@ForAll("names") String name) {
    String path;
    try {
      path = TreePath.normalize(name);
    } catch (ImageException refused) {
      assertThat(List.of(name.split("/"))).contains("..");
      return;
    }
    assertThat(TreePath.split(path)).doesNotContain("", ".", "..");
    assertThat(path).doesNotStartWith("/").doesNotEndWith("/");
  }

  @Provide
  Arbitrary<String> names() {
    return Arbitraries.of("/", ".", "..", "a", "b", "//")
        .list()
        .ofMaxSize(12)
        .map(l -> String.join("", l));
  }
}
