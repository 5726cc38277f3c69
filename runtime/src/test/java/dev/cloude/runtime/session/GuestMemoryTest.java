package dev.cloude.runtime.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GuestMemoryTest {
  private static final long MIB = 1 << 20;

  @ParameterizedTest
  @CsvSource({
    // setting, language, archive, unpacked, limit; 0 for none
    "512, 0, 0, 0, 0, 512",
    "512, 700, 0, 0, 0, 700",
    "512, 0, 0, 0, 1024, 1120",
    "512, 0, 49, 49, 0, 512",
    // an archive of 100 and half of the rest for 100
    "256, 0, 100, 100, 0, 396",
    "256, 0, 30, 100, 0, 326",
    // what a program needs comes on top of what is unpacked
    "256, 512, 30, 100, 0, 612",
    "256, 512, 0, 0, 0, 512",
    "256, 0, 30, 100, 400, 596",
  })
  void mostOfWhatIsNeededCounts(
      int setting, int language, long archive, long unpacked, long limit, int expected) {
    assertThat(
            GuestMemory.mib(
                setting,
                language == 0 ? OptionalInt.empty() : OptionalInt.of(language),
                archive * MIB,
                unpacked * MIB,
                limit == 0 ? OptionalLong.empty() : OptionalLong.of(limit * MIB)))
        .isEqualTo(expected);
  }
}
