package dev.cloude.web.v1;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ByteRangeTest {

  @ParameterizedTest
  @CsvSource(
      value = {
        "null              | 10 | ALL  | 0 | 10",
        "bytes=0-4         | 10 | PART | 0 | 5",
        "bytes=5-          | 10 | PART | 5 | 10",
        "bytes=-3          | 10 | PART | 7 | 10",
        "bytes=-30         | 10 | PART | 0 | 10",
        "bytes=9-9         | 10 | PART | 9 | 10",
        "bytes=0-99        | 10 | PART | 0 | 10",
        "bytes= 1-2        | 10 | PART | 1 | 3",
        "bytes=10-         | 10 | NONE | 0 | 0",
        "bytes=10-20       | 10 | NONE | 0 | 0",
        "bytes=-0          | 10 | NONE | 0 | 0",
        "bytes=0-          | 0  | NONE | 0 | 0",
        "bytes=-5          | 0  | NONE | 0 | 0",
        "bytes=0-999999999999999999 | 10 | PART | 0 | 10",
        "bytes=5-4         | 10 | ALL  | 0 | 10",
        "bytes=-           | 10 | ALL  | 0 | 10",
        "bytes=            | 10 | ALL  | 0 | 10",
        "bytes=a-b         | 10 | ALL  | 0 | 10",
        "bytes=0-1,3-4     | 10 | ALL  | 0 | 10",
        "lines=0-1         | 10 | ALL  | 0 | 10",
        "bytes=0-99999999999999999999 | 10 | ALL | 0 | 10",
        "bytes=--5         | 10 | ALL  | 0 | 10"
      },
      delimiter = '|',
      nullValues = "null")
  void aHeaderMeansARange(String header, long available, ByteRange.Kind kind, long from, long to) {
    assertThat(ByteRange.of(header, available)).isEqualTo(new ByteRange(kind, from, to));
  }
}
