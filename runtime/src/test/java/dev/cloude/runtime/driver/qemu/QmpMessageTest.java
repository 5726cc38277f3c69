package dev.cloude.runtime.driver.qemu;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloude.runtime.driver.qemu.QmpMessage.Kind;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class QmpMessageTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"QMP\": {\"version\": {}, \"capabilities\": [\"oob\"]}} | OTHER | ``",
        "{\"return\": {}} | RETURN | ``",
        "{\"error\": {\"class\": \"GenericError\", \"desc\": \"no\"}} | ERROR | no",
        "{\"event\": \"SHUTDOWN\", \"data\": {\"guest\": true, \"reason\": \"guest-reset\"}}"
            + " | SHUTDOWN | guest-reset",
        "{\"event\": \"RTC_CHANGE\", \"data\": {\"offset\": 0}} | OTHER | ``",
        "{\"event\": \"SHUTDOWN\" | OTHER | ``",
        "[] | OTHER | ``",
        "7 | OTHER | ``"
      })
  void isUnderstood(String line, Kind kind, String detail) {
    assertThat(QmpMessage.parse(line)).isEqualTo(new QmpMessage(kind, detail));
  }

  @Property(tries = 300)
  void anythingElseIsIgnored(@ForAll String line) {
    assertThat(QmpMessage.parse(line).kind()).isEqualTo(Kind.OTHER);
  }
}
