package dev.cloude.web.v1;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.cloude.ejb.job.JobFilter;
import dev.cloude.ejb.job.JobState;
import dev.cloude.ejb.language.Languages;
import dev.cloude.initramfs.catalog.Catalogue;
import dev.cloude.initramfs.catalog.CatalogueException;
import dev.cloude.web.problem.ProblemException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class QueryTest {
  private static final Set<String> LIST =
      Set.of("state", "language", "label", "created_after", "created_before", "limit", "cursor");

  private final Languages languages = new Languages(catalogue());

  private static Catalogue catalogue() {
    String json = "{\"python\": {\"version\": \"3.11\", \"base_image\": \"python:3.11-alpine\"}}";
    try {
      return Catalogue.parse(json.getBytes(StandardCharsets.UTF_8), "the test");
    } catch (CatalogueException e) {
      throw new AssertionError(e);
    }
  }

  private static Query query(String name, String... values) {
    return new Query(Map.of(name, List.of(values)), LIST);
  }

  private static Query waiting(String... values) {
    return new Query(Map.of("wait", List.of(values)), Set.of("wait"));
  }

  @ParameterizedTest
  @CsvSource({"500ms,500", "30s,30000", "1m,60000", "7,7000", "0,0", "0ms,0", "60s,60000"})
  void aWaitHasAUnit(String text, long millis) {
    assertThat(waiting(text).waitAtMost(Duration.ofSeconds(60)))
        .isEqualTo(Duration.ofMillis(millis));
  }

  @Test
  void noWaitIsNone() {
    assertThat(new Query(Map.of(), Set.of("wait")).waitAtMost(Duration.ofSeconds(60))).isZero();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", " ", "soon", "-1s", "1.5s", "30 s", "30S", "1h", "61s", "2m", "9999999999s"})
  void aBadWaitIsRefused(String text) {
    ProblemException refused =
        catchThrowableOfType(
            ProblemException.class, () -> waiting(text).waitAtMost(Duration.ofSeconds(60)));

    assertThat(refused.problem().body().field()).isEqualTo("wait");
    assertThat(refused.problem().body().status()).isEqualTo(400);
  }

  @Test
  void whatMeansNothingIsRefused() {
    ProblemException refused =
        catchThrowableOfType(ProblemException.class, () -> query("colour", "red"));

    assertThat(refused).hasMessageContaining("\"colour\"").hasMessageContaining("created_after");
    assertThat(
            catchThrowableOfType(
                ProblemException.class, () -> waiting("1s", "2s").waitAtMost(Duration.ofDays(1))))
        .hasMessageContaining("2 times");
  }

  @Test
  void filtersAreRead() {
    Query query =
        new Query(
            Map.of(
                "state", List.of("queued,running", "finished"),
                "language", List.of(" PY "),
                "label", List.of("team=blue", "empty=", "formula=a=b"),
                "created_after", List.of("2026-01-31T12:00:00Z"),
                "created_before", List.of("2026-01-31T14:00:00+01:00")),
            LIST);

    assertThat(JobFilters.of(query, languages).states())
        .containsExactlyInAnyOrder(JobState.QUEUED, JobState.RUNNING, JobState.FINISHED);
    assertThat(JobFilters.of(query, languages).language()).contains("python");
    assertThat(JobFilters.of(query, languages).labels())
        .isEqualTo(Map.of("team", "blue", "empty", "", "formula", "a=b"));
    assertThat(JobFilters.of(query, languages).createdAfter())
        .contains(Instant.parse("2026-01-31T12:00:00Z"));
    assertThat(JobFilters.of(query, languages).createdBefore())
        .contains(Instant.parse("2026-01-31T13:00:00Z"));
  }

  @Test
  void withoutParametersEveryJobIsShown() {
    Query none = new Query(Map.of(), LIST);

    assertThat(JobFilters.of(none, languages)).isEqualTo(JobFilter.ALL);
    assertThat(JobFilters.limit(none)).isEqualTo(50);
    assertThat(JobFilters.cursor(none)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      value = {
        "state;QUEUED",
        "state;''",
        "state;queued,",
        "state;done",
        "language;cobol",
        "label;team",
        "label;=blue",
        "label;a b=c",
        "created_after;yesterday",
        "created_after;2026-01-31",
        "created_after;''",
        "created_before;-1000000-01-01T00:00:00Z",
        "created_before;+999999999-12-31T23:59:59Z",
        "created_before;2026-01-31T14:00:00 01:00",
        "limit;0",
        "limit;1001",
        "limit;-1",
        "limit;ten",
        "limit;99999999999"
      },
      delimiter = ';')
  void aBadFilterIsRefusedWithItsName(String name, String value) {
    ProblemException refused =
        catchThrowableOfType(
            ProblemException.class,
            () -> {
              Query query = query(name, value);
              JobFilters.limit(query);
              JobFilters.of(query, languages);
            });

    assertThat(refused).isNotNull();
    assertThat(refused.problem().type()).isEqualTo("/problems/invalid-parameter");
    assertThat(refused.problem().body().field()).isEqualTo(name);
  }

  @Test
  void aCursorIsBounded() {
    assertThat(JobFilters.cursor(query("cursor", "c".repeat(256)))).isPresent();
    assertThat(
            catchThrowableOfType(
                ProblemException.class, () -> JobFilters.cursor(query("cursor", "c".repeat(257)))))
        .isNotNull();
    assertThat(
            catchThrowableOfType(
                ProblemException.class,
                () -> JobFilters.of(query("label", "a=1", "a=2"), languages)))
        .hasMessageContaining("twice");
  }
}
