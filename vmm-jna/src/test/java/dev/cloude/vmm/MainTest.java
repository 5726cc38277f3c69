package dev.cloude.vmm;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MainTest {
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  private int run(String... arguments) {
    return Main.run(arguments, new PrintStream(err, true, StandardCharsets.UTF_8));
  }

  @ParameterizedTest
  @CsvSource({
    "'', The option --kernel is missing.",
    "--kernel, The option --kernel needs a value.",
    "vmlinuz, There is no option 'vmlinuz'.",
    "--floppy x, There is no option '--floppy'.",
    "--kernel k --vcpus 33, 'The option --vcpus takes a number from 1 to 32, not ''33''.'",
    "--kernel k --memory x, 'The option --memory takes a number from 1 to 261120, not ''x''.'",
    "--kernel k --memory 8, bytes of memory",
    "--kernel k --timeout 0, The option --timeout takes",
    "--kernel k --tap t, The options --tap and --mac go together.",
    "--kernel k --tap t --mac 01:00:00:00:00:00, The option --mac has no address:"
  })
  void badUsageIsExplained(String words, String message) {
    assertThat(run(words.isEmpty() ? new String[0] : words.split(" "))).isEqualTo(2);
    assertThat(err.toString(StandardCharsets.UTF_8)).contains(message).contains("usage: java -jar");
  }

  @Test
  void wordsBecomeAConfiguration() {
    Arguments arguments =
        Arguments.parse(
            ("--kernel k --initrd i --memory 5000 --vcpus 4 --tap t --mac 02:c1:00:00:00:01"
                    + " --console --timeout 9 --cmdline quiet")
                .split(" "));
    MicroVmConfig config = arguments.config(b -> {});
    assertThat(config.memoryBytes()).isEqualTo(5000L << 20);
    assertThat(config.vcpus()).isEqualTo(4);
    assertThat(config.tap()).contains(new TapAttachment("t", "02:c1:00:00:00:01"));
    assertThat(config.console()).isPresent();
    assertThat(config.deadline()).contains(Duration.ofSeconds(9));
    assertThat(config.commandLine()).isEqualTo("quiet");
    assertThat(arguments.probe()).isFalse();
  }
}
