package dev.cloude.initramfs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloude.initramfs.fixture.OciLayoutBuilder;
import dev.cloude.initramfs.fixture.TarBuilder;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MainTest {
  @TempDir Path folder;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @BeforeEach
  void prepare() throws Exception {
    Files.writeString(folder.resolve("agent"), "#!/agent\n");
    new OciLayoutBuilder(folder.resolve("layout"))
        .layer(new TarBuilder().file("usr/bin/python3", "elf"))
        .finish();
    Files.writeString(
        folder.resolve("languages.json"),
        """
        {"python": {"version": "3.11", "base_image": "oci:layout"},
         "python2": {"image": "python", "file": "main.py", "run": ["python2"]},
         "broken": {"version": "1", "base_image": "oci:nowhere", "file": "x", "run": ["x"]}}
        """);
  }

  private int run(String... args) {
    out.getBuffer().setLength(0);
    err.getBuffer().setLength(0);
    return Main.run(new PrintWriter(out, true), new PrintWriter(err, true), args);
  }

  private int build(String... more) {
    List<String> args =
        new ArrayList<>(
            List.of(
                "build",
                "--catalogue=" + folder.resolve("languages.json"),
                "--output=" + folder.resolve("out"),
                "--agent=" + folder.resolve("agent")));
    args.addAll(List.of(more));
    return run(args.toArray(String[]::new));
  }

  @Test
  void printsOneLineForEachImage() throws Exception {
    assertThat(build("--language", "py")).isZero();
    Path image = folder.resolve("out/python-3.11.cpio");
    assertThat(out.toString())
        .isEqualTo("python built %s %d\n".formatted(image, Files.size(image)));
    assertThat(err.toString()).contains("python: ");
    assertThat(build("--language", "python", "--language", "python2")).isZero();
    assertThat(out.toString())
        .as("one image for both")
        .isEqualTo("python reused %s %d\n".formatted(image, Files.size(image)));
  }

  @Test
  void oneFailureDoesNotKeepTheOthersFromBeingBuilt() {
    assertThat(build("--compression", "gzip")).isEqualTo(1);
    assertThat(out.toString()).startsWith("python built ").hasLineCount(1).contains(".cpio.gz ");
    assertThat(err.toString())
        .contains("broken: " + folder.resolve("nowhere") + " is not an OCI layout folder");
  }

  @Test
  void missingInputsAreAnErrorOfOneSentence() throws Exception {
    Files.delete(folder.resolve("agent"));
    assertThat(build("--language=python")).isEqualTo(1);
    assertThat(out.toString()).isEmpty();
    assertThat(err.toString()).hasLineCount(1).startsWith("The agent " + folder.resolve("agent"));
  }

  @Test
  void badUsageAndBadCataloguesAreTwo() throws Exception {
    assertThat(run()).isEqualTo(2);
    assertThat(err.toString()).contains("build");
    assertThat(run("destroy")).isEqualTo(2);
    assertThat(run("build")).isEqualTo(2);
    assertThat(err.toString()).contains("--catalogue=FILE");
    assertThat(build("--compression=brotli")).isEqualTo(2);
    assertThat(build("--language=cobol")).isEqualTo(2);
    assertThat(err.toString()).contains("\"cobol\" is not in").contains("broken, python, python2");
    Files.writeString(folder.resolve("languages.json"), "{\"python\": {\"versoin\": \"3\"}}");
    assertThat(build()).isEqualTo(2);
    assertThat(err.toString()).contains("unknown field \"versoin\"");
  }

  private int command(String name, String... more) {
    List<String> args =
        new ArrayList<>(
            List.of(
                name,
                "--catalogue=" + folder.resolve("languages.json"),
                "--output=" + folder.resolve("out"),
                "--agent=" + folder.resolve("agent")));
    args.addAll(List.of(more));
    return run(args.toArray(String[]::new));
  }

  @Test
  void listSaysHowImagesStand() throws Exception {
    assertThat(command("list")).isEqualTo(1);
    assertThat(out.toString()).hasLineCount(2).containsPattern("python +3.11 +missing +- +-\n");
    build("--language=python");
    Files.writeString(
        folder.resolve("languages.json"),
        "{\"python\": {\"version\": \"3.11\", \"base_image\": \"oci:layout\"}}");
    assertThat(command("list")).isZero();
    assertThat(out.toString()).containsPattern("python +3.11 +current +cpio +0.0 MiB\n");
    Files.writeString(folder.resolve("agent"), "#!/agent 2\n");
    assertThat(command("list")).isEqualTo(1);
    assertThat(out.toString()).containsPattern("stale +cpio +0.0 MiB changed: agent\n");
    Files.writeString(folder.resolve("out/python-3.11.cpio"), "half");
    assertThat(command("list")).isEqualTo(1);
    assertThat(out.toString()).contains(" damaged ");
  }

  @Test
  void everyFormStandsForItself() throws Exception {
    Files.writeString(
        folder.resolve("languages.json"),
        "{\"python\": {\"version\": \"3.11\", \"base_image\": \"oci:layout\"}}");
    build();
    build("--compression=gzip");
    assertThat(command("list")).as("an archive takes another's place").isZero();
    assertThat(out.toString()).hasLineCount(1).contains(" cpio.gz ");
  }

  @Test
  void listTellsOfFailedBuilds() {
    build("--language=broken");
    command("list");
    assertThat(out.toString()).containsPattern("broken .*missing .*last build failed: .*nowhere");
  }

  @Test
  void inspectTellsAllThatIsKnown() throws Exception {
    build("--language=python");
    assertThat(command("inspect", "PY")).isZero();
    assertThat(out.toString())
        .containsPattern("state +current")
        .containsPattern("source +oci:")
        .containsPattern("locked to +sha256:")
        .containsPattern("changed then +first build")
        .containsPattern("input +agent [0-9a-f]{64}");
    Files.writeString(folder.resolve("agent"), "#!/agent 2\n");
    assertThat(command("inspect", "python")).isEqualTo(1);
    assertThat(out.toString()).containsPattern("out of date +agent");
    assertThat(command("inspect", "perl")).isEqualTo(2);
    assertThat(err.toString()).contains("\"perl\" is not in ");
  }

  @Test
  void buildTellsWhatHasChanged() throws Exception {
    build("--language=python");
    assertThat(err.toString()).contains("python: built in ").contains("changed: first build");
    build("--language=python");
    assertThat(err.toString()).containsPattern("python: unchanged, 0.0 MiB, checked in \\d+ ms");
    Files.writeString(folder.resolve("agent"), "#!/agent 2\n");
    assertThat(build("--present")).isZero();
    assertThat(err.toString()).contains(", was 0.0 MiB; changed: agent");
    assertThat(out.toString()).as("no image that is missing").hasLineCount(1);
  }

  @Test
  void pruneMakesRoom() throws Exception {
    build("--language=python");
    Path other =
        Files.writeString(
            folder.resolve("other.json"),
            "{\"lua\": {\"version\": \"5\", \"packages\": [\"lua\"], \"file\": \"m\", \"run\": [\"l\"]}}");
    String[] args = {
      "prune", "--catalogue=" + other, "--output=" + folder.resolve("out"), "--dry-run"
    };
    assertThat(run(args)).isZero();
    assertThat(out.toString()).contains("python-3.11.cpio\n");
    assertThat(err.toString()).startsWith("would free 0.0 MiB");
    args[3] = "--sources";
    assertThat(run(args)).isZero();
    assertThat(err.toString()).startsWith("freed 0.0 MiB");
    assertThat(folder.resolve("out/python-3.11.cpio")).doesNotExist();
  }

  @Test
  void agesHaveAUnit() {
    assertThat(build("--refresh-after=7d", "--language=python")).isZero();
    assertThat(build("--refresh-after=soon")).isEqualTo(2);
    assertThat(err.toString()).contains("\"soon\" is not an age").contains("7d");
  }

  @Test
  void helpIsNoError() {
    assertThat(run("--help")).isZero();
    assertThat(run("build", "--help")).isZero();
    assertThat(out.toString()).contains("--catalogue=FILE");
  }
}
