package dev.cloude.web.setting;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.cloude.runtime.config.SettingException;
import dev.cloude.runtime.config.Settings;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ApiSettingsTest {

  private static Settings with(Map<String, String> values) {
    return new Settings(name -> Optional.ofNullable(values.get(name)));
  }

  @Test
  void defaults() {
    assertThat(ApiSettings.from(with(Map.of())))
        .isEqualTo(new ApiSettings(8 << 20, Duration.ofSeconds(60), 256));
  }

  @Test
  void everyKeyIsRead() {
    assertThat(
            ApiSettings.from(
                with(
                    Map.of(
                        "API_BODY_LIMIT_BYTES", "1024",
                        "API_WAIT_MAX_SECS", "1",
                        "API_EVENT_STREAMS_MAX", "2"))))
        .isEqualTo(new ApiSettings(1024, Duration.ofSeconds(1), 2));
  }

  @ParameterizedTest
  @CsvSource({
    "API_BODY_LIMIT_BYTES,1023",
    "API_BODY_LIMIT_BYTES,11534337",
    "API_WAIT_MAX_SECS,0",
    "API_WAIT_MAX_SECS,3601",
    "API_EVENT_STREAMS_MAX,0",
    "API_EVENT_STREAMS_MAX,many"
  })
  void badValuesAreNamed(String name, String value) {
    assertThatExceptionOfType(SettingException.class)
        .isThrownBy(() -> ApiSettings.from(with(Map.of(name, value))))
        .withMessageContaining(name)
        .withMessageContaining(value);
  }
}
