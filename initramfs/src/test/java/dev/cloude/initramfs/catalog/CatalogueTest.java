package dev.cloude.initramfs.catalog;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CatalogueTest {
  private static final String PYTHON =
      """
      {"python": {"version": "3.11", "aliases": ["py"], "packages": ["python3-minimal"], "suite": "bookworm",
        "exclude": ["/usr/share/doc"],
        "file": "main.py", "compile": null, "run": ["/usr/bin/python3", "main.py"],
        "env": {"B": "2", "A": "1"}, "memory_mib": 768,
        "limits": {"compile_wall_ms": 60000, "disk_bytes": 1}, "root": true}}""";

  @TempDir Path folder;

  private static Catalogue parse(String json) throws CatalogueException {
    return Catalogue.parse(json.getBytes(UTF_8), "languages.json");
  }

  @Test
  void readsEveryField() throws Exception {
    Language python = parse(PYTHON).find("python").orElseThrow();
    assertThat(python.version()).isEqualTo("3.11");
    assertThat(python.aliases()).containsExactly("py");
    assertThat(python.source())
        .isEqualTo(new ImageSource.Packages(List.of("python3-minimal"), Optional.of("bookworm")));
    assertThat(python.exclude()).containsExactly("/usr/share/doc");
    assertThat(python.file()).isEqualTo("main.py");
    assertThat(python.compile()).isEmpty();
    assertThat(python.run()).containsExactly("/usr/bin/python3", "main.py");
    assertThat(python.env()).containsExactly(Map.entry("B", "2"), Map.entry("A", "1"));
    assertThat(python.memoryMib()).hasValue(768);
    assertThat(python.limits()).isEqualTo(Map.of("compile_wall_ms", 60_000L, "disk_bytes", 1L));
    assertThat(python.root()).isTrue();
    assertThat(python.imageName()).isEqualTo("python");
  }

  @ParameterizedTest
  @CsvSource({"python", "' Python '", "PY", "'\tpy\n'"})
  void findsByNameAndAliasWhateverTheCase(String asked) throws Exception {
    assertThat(parse(PYTHON).find(asked)).map(Language::name).contains("python");
  }

  @Test
  void doesNotFindWhatIsNotThere() throws Exception {
    assertThat(parse(PYTHON).find("cobol")).isEmpty();
    assertThat(parse(PYTHON).find("")).isEmpty();
  }

  @Test
  void originalFormGetsTheDefaultsOfTheSevenLanguages() throws Exception {
    StringBuilder json = new StringBuilder("{");
    for (String name : List.of("rust", "python", "node", "java", "go", "cpp", "c")) {
      json.append("\"%s\": {\"version\": \"1\", \"base_image\": \"%s:1\"},".formatted(name, name));
    }
    json.setCharAt(json.length() - 1, '}');
    Catalogue catalogue = parse(json.toString());
    assertThat(catalogue.names())
        .containsExactly("c", "cpp", "go", "java", "node", "python", "rust");
    Map<String, String> aliases =
        Map.of("py", "python", "js", "node", "javascript", "node", "rs", "rust", "golang", "go");
    aliases.forEach(
        (alias, name) -> assertThat(catalogue.find(alias)).map(Language::name).contains(name));
    assertThat(catalogue.find("c++")).map(Language::name).contains("cpp");
    Language rust = catalogue.find("rust").orElseThrow();
    assertThat(rust.file()).isEqualTo("main.rs");
    assertThat(rust.compile().orElseThrow()).contains("rustc", "main.rs");
    assertThat(rust.run()).containsExactly("./main");
    assertThat(rust.source()).isEqualTo(new ImageSource.BaseImage("rust:1"));
  }

  @Test
  void explicitNamesBeatBuiltInAliases() throws Exception {
    Catalogue catalogue =
        parse(
            """
            {"node": {"version": "20", "base_image": "node:20"},
             "js": {"version": "1", "packages": ["quickjs"], "file": "a.js", "run": ["qjs", "a.js"]}}
            """);
    assertThat(catalogue.find("js")).map(Language::name).contains("js");
    assertThat(catalogue.find("javascript")).map(Language::name).contains("node");
    assertThat(catalogue.find("node").orElseThrow().aliases()).containsExactly("javascript");
  }

  @Test
  void sharesTheImageOfAnotherEntry() throws Exception {
    Catalogue catalogue =
        parse(
            """
            {"c": {"image": "cpp", "file": "main.c", "compile": ["cc"], "run": ["./main"]},
             "cpp": {"version": "12", "packages": ["g++"], "file": "main.cpp", "run": ["./main"]}}
            """);
    Language c = catalogue.find("c").orElseThrow();
    assertThat(c.imageName()).isEqualTo("cpp");
    assertThat(c.version()).isEqualTo("12");
    assertThat(c.compile()).isEqualTo(Optional.of(List.of("cc")));
    assertThat(c.imageFile(folder)).isEqualTo(folder.resolve("cpp-12.cpio"));
  }

  @Test
  void imageFileIsTheFinishedOne() throws Exception {
    Language python = parse(PYTHON).find("python").orElseThrow();
    Path plain = folder.resolve("python-3.11.cpio");
    Path gzip = folder.resolve("python-3.11.cpio.gz");
    Files.createFile(gzip);
    assertThat(python.imageFile(folder)).as("no meta file yet").isEqualTo(plain);
    Files.createFile(Language.metaFile(gzip));
    assertThat(python.imageFile(folder)).isEqualTo(gzip);
  }

  @Test
  void missingFileIsNamed() {
    Path missing = folder.resolve("nothing.json");
    assertThatThrownBy(() -> Catalogue.load(missing))
        .isInstanceOf(CatalogueException.class)
        .hasMessageContaining(missing.toString())
        .hasMessageContaining("LANGUAGES_CONFIG_PATH");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{                                                     | is not JSON at line 1",
        "{} {}                                                 | is not JSON",
        "[]                                                    | must be a JSON object",
        "``                                                    | must be a JSON object",
        "{}                                                    | has no languages",
        "{\"a\": 1}                                            | entry \"a\" must be a JSON object",
        "{\"a\": {}, \"a\": {}}                                | is not JSON",
        "{\"A b\": {}}                                         | has a name that must be",
        "{\"../a\": {}}                                        | has a name that must be",
        "{\"a\": {\"colour\": 1}}                              | unknown field \"colour\"",
        "{\"a\": {\"version\": \"1\"}}                         | exactly one of",
        "{\"a\": {\"packages\": [\"x1\"], \"base_image\": \"y\"}} | packages and base_image",
        "{\"a\": {\"packages\": []}}                           | empty list of packages",
        "{\"a\": {\"packages\": [\"--x\"]}}                    | has \"--x\" in packages",
        "{\"a\": {\"packages\": \"x1\"}}                       | packages that is not a list",
        "{\"a\": {\"base_image\": \" \"}}                      | empty base_image",
        "{\"a\": {\"base_image\": \"y\"}}                      | has no version",
        "{\"a\": {\"base_image\": \"y\", \"version\": 3.10}}   | has 3.1 in version",
        "{\"a\": {\"base_image\": \"y\", \"version\": \"1-2\"}} | has the version \"1-2\"",
        "{\"a\": {\"base_image\": \"y\", \"version\": \"1\"}}  | has no file",
        "{\"a\": {\"base_image\": \"y\", \"version\": \"1\", \"file\": \"../b\"}} | has \"../b\" in file",
        "{\"a\": {\"base_image\": \"y\", \"version\": \"1\", \"file\": \"b\"}} | has no run",
        "{\"a\": {\"base_image\": \"y\", \"version\": \"1\", \"file\": \"b\", \"run\": []}} | empty run",
        "{\"python\": {\"packages\": [\"python3\"], \"version\": \"1\"}} | has no file",
        "{\"python\": {\"base_image\": \"y\", \"version\": \"1\", \"root\": \"yes\"}} | for root",
        "{\"python\": {\"base_image\": \"y\", \"version\": \"1\", \"env\": {\"A=\": \"\"}}} | in env",
        "{\"python\": {\"base_image\": \"y\", \"version\": \"1\", \"env\": [1]}} | env that is not",
        "{\"a\": {\"base_image\": \"y\", \"suite\": \"sid\"}}    | which only packages have",
        "{\"a\": {\"packages\": [\"x1\"], \"suite\": \"a b\"}} | has \"a b\" in suite",
        "{\"a\": {\"image\": \"b\", \"exclude\": []}}           | is another entry's",
        "{\"a\": {\"packages\": [\"x1\"], \"version\": \"1\", \"exclude\": [\"x\"]}} | in exclude",
        "{\"python\": {\"base_image\": \"y\", \"version\": \"1\", \"memory_mib\": 12}} | for memory_mib",
        "{\"python\": {\"base_image\": \"y\", \"version\": \"1\", \"limits\": 3}} | limits that are not",
        "{\"python\": {\"base_image\": \"y\", \"version\": \"1\", \"limits\": {\"a\": 1}}} | unknown limit",
        "{\"python\": {\"base_image\": \"y\", \"version\": \"1\", \"limits\": {\"cpu_ms\": 0}}} | has 0 for the limit cpu_ms",
        "{\"python\": {\"base_image\": \"y\", \"version\": \"1\", \"limits\": {\"cpu_ms\": 1.5}}} | for the limit cpu_ms",
        "{\"python\": {\"base_image\": \"y\", \"version\": \"1\", \"memory_mib\": \"1\"}} | for memory_mib",
        "{\"python\": {\"image\": \"b\", \"file\": \"b\", \"run\": [\"b\"]}} | which is not an entry",
        "{\"python\": {\"image\": \"python\", \"file\": \"b\", \"run\": [\"b\"]}} | none of its own",
        "{\"c\": {\"base_image\": \"y\", \"version\": \"1\"}, \"go\": {\"base_image\": \"y\","
            + " \"version\": \"1\", \"aliases\": [\"c\"]}} | alias \"c\" to go, but c",
      })
  void badCataloguesAreRefusedWithTheReason(String json, String reason) {
    assertThatThrownBy(() -> parse(json))
        .isInstanceOf(CatalogueException.class)
        .hasMessageContaining("languages.json")
        .hasMessageContaining(reason);
  }
}
