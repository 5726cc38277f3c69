package dev.cloude.web.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AcceptFilterTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "*/*",
        "text/html;q=0.9, application/json; Q = 1.000 ,*/*;q=0",
        "a/b;p=q;q=1."
      })
  void weightsFromZeroToOneAreGood(String accept) {
    assertThat(AcceptFilter.weightsAreGood(accept)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"a/b;q=x", "a/b;q=", "a/b;q=-1", "a/b;q=2", "a/b, c/d;q=0.1234", "a/b;q=NaN"})
  void othersAreNot(String accept) {
    assertThat(AcceptFilter.weightsAreGood(accept)).isFalse();
  }

  @Test
  void noHeaderIsGood() {
    assertThat(AcceptFilter.weightsAreGood(null)).isTrue();
  }
}
