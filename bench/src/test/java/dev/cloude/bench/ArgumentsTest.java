package dev.cloude.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.cloude.bench.Arguments.Input;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ArgumentsTest {
  @TempDir Path folder;

  @Test
  void aNameIsEnoughWhereThereIsNoPeer() {
    Arguments arguments = Arguments.parse("density");
    assertThat(arguments.name()).isEqualTo(Arguments.Name.DENSITY);
    assertThat(arguments.json()).isEmpty();
  }

  @Test
  void takesAReportAndAPeer() {
    String report = folder.resolve("report.json").toString();
    Arguments arguments = Arguments.parse("exits", "--json", report, "--peer", "/bin/sh");
    assertThat(arguments.name()).isEqualTo(Arguments.Name.EXITS);
    assertThat(arguments.json()).contains(Path.of(report));
    assertThat(arguments.needed(Input.PEER)).isEqualTo(Path.of("/bin/sh"));
  }

  @Test
  void takesAGuest() {
    Arguments arguments =
        Arguments.parse(
            "boot",
            "--kernel",
            "k",
            "--image",
            "i",
            "--start",
            "s",
            "--disk",
            "d",
            "--peer",
            "/bin/sh");
    assertThat(arguments.needed(Input.KERNEL)).isEqualTo(Path.of("k"));
    assertThat(arguments.needed(Input.IMAGE)).isEqualTo(Path.of("i"));
  }

  @Test
  void takesLanguages() {
    Arguments arguments =
        Arguments.parse(
            "images --builder b --catalogue c --agent a --modules m --network n --language rust --language c"
                .split(" "));
    assertThat(arguments.languages()).containsExactly("rust", "c");
    refused("Only the benchmark images", "density", "--language", "rust");
    refused("--language takes a name", "images", "--language");
  }

  @Test
  void whatIsWrongIsSaid() {
    refused("needs --image", "boot", "--peer", "/bin/sh", "--kernel", "k");
    refused("Which benchmark?");
    refused("no benchmark 'speed'", "speed");
    refused("Unexpected argument: more", "density", "more");
    refused("needs --peer", "exits");
    refused("needs --launcher", "jobs");
    refused("needs --image", "net", "--peer", "/bin/sh", "--kernel", "k");
    refused("needs --catalogue", "images", "--builder", "b");
    refused("is no program", "exits", "--peer", folder.toString() + "/none");
    refused("--json takes a file", "density", "--json");
    refused("no folder for the report", "density", "--json", folder + "/none/report.json");
  }

  @Test
  void badUsageListsTheNamesAndEndsWithTwo() {
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    PrintStream stream = new PrintStream(err, true, StandardCharsets.UTF_8);
    assertThat(Main.run(new String[] {"speed"}, stream, stream)).isEqualTo(2);
    assertThat(err.toString(StandardCharsets.UTF_8))
        .contains("exits, density, jobs, net, boot, images");
  }

  private static void refused(String message, String... arguments) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Arguments.parse(arguments))
        .withMessageContaining(message);
  }
}
