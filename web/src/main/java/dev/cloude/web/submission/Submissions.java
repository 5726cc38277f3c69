package dev.cloude.web.submission;

import dev.cloude.api.v1.BatchSpec;
import dev.cloude.api.v1.JobSpec;
import dev.cloude.ejb.job.JobService;
import dev.cloude.ejb.job.NewJob;
import dev.cloude.ejb.language.Languages;
import dev.cloude.ejb.language.ResolvedLanguage;
import dev.cloude.ejb.language.UnsupportedLanguageException;
import dev.cloude.initramfs.catalog.Language;
import dev.cloude.web.problem.Problem;
import dev.cloude.web.problem.ProblemType;
import dev.cloude.web.problem.Quoted;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Checks what clients submit. Every method throws a problem for what cannot become a job. */
public final class Submissions {
  private final Languages languages;
  private final String client;
  private final Optional<String> key;

  /**
   * @param client who submits
   * @param key the Idempotency-Key header; null when there is none
   */
  public Submissions(Languages languages, String client, String key) {
    this.languages = languages;
    this.client = client;
    this.key = checkedKey(key);
  }

  /** One job. */
  public NewJob job(JobSpec spec) {
    return job(spec, "", key);
  }

  /** All jobs of a batch; each one's idempotency key is the batch's with its place among them. */
  public List<NewJob> batch(BatchSpec batch) {
    List<JobSpec> specs = batch.jobs() == null ? List.of() : batch.jobs();
    if (specs.isEmpty() || specs.size() > JobService.MAX_BATCH) {
      throw Texts.bad(
          "jobs",
          "has %d entries; a batch has 1 to %d".formatted(specs.size(), JobService.MAX_BATCH));
    }
    List<NewJob> jobs = new ArrayList<>();
    for (int i = 0; i < specs.size(); i++) {
      String at = "jobs[" + i + "]";
      if (specs.get(i) == null) {
        throw Texts.bad(at, "is null; send an object");
      }
      // No client's own key has a space.
      String place = " %d/%d".formatted(i, specs.size());
      jobs.add(job(specs.get(i), at + ".", key.map(batchKey -> batchKey + place)));
    }
    return jobs;
  }

  private NewJob job(JobSpec spec, String at, Optional<String> jobKey) {
    ResolvedLanguage language = language(at + "language", spec.language());
    Language entry = entry(language.name());
    if (spec.compilerFlags() != null
        && !spec.compilerFlags().isEmpty()
        && entry.compile().isEmpty()) {
      throw Texts.bad(
          at + "compiler_flags", "is not empty, but %s has no compiler".formatted(entry.name()));
    }
    Words words = new Words(at);
    return new NewJob(
        language.name(),
        language.version(),
        Files.of(spec, at, entry.file()),
        Texts.bytes(at + "stdin", spec.stdin(), spec.stdinBase64()).orElse(new byte[0]),
        words.list("args", spec.args()),
        words.variables("env", spec.env()),
        words.list("compiler_flags", spec.compilerFlags()),
        Limits.of(spec.limits()),
        Limits.network(at + "network", spec.network()),
        Limits.number(spec.vcpus()),
        Labels.of(at + "labels", spec.labels()),
        Texts.bytes(at + "expected_output", spec.expectedOutput(), spec.expectedOutputBase64()),
        client,
        jobKey);
  }

  private ResolvedLanguage language(String field, String asWritten) {
    if (asWritten == null) {
      throw Texts.bad(field, "is missing");
    }
    if (asWritten.length() > Shape.LONGEST_LANGUAGE) {
      throw Texts.bad(
          field,
          "has %d characters; at most %d are allowed"
              .formatted(asWritten.length(), Shape.LONGEST_LANGUAGE));
    }
    Texts.utf8(field, asWritten);
    try {
      return languages.resolve(asWritten);
    } catch (UnsupportedLanguageException e) {
      throw Problem.of(ProblemType.UNSUPPORTED_LANGUAGE, field, e.getMessage() + ".").exception();
    }
  }

  private Language entry(String language) {
    try {
      return languages.language(language);
    } catch (UnsupportedLanguageException e) {
      throw new IllegalStateException("the catalogue lost " + language, e);
    }
  }

  private static Optional<String> checkedKey(String key) {
    if (key == null) {
      return Optional.empty();
    }
    boolean allowed =
        !key.isEmpty()
            && key.length() <= Shape.LONGEST_IDEMPOTENCY_KEY
            && key.chars().allMatch(c -> c > ' ' && c < 0x7f);
    if (!allowed) {
      throw Problem.of(
              ProblemType.INVALID_PARAMETER,
              "Idempotency-Key",
              "The Idempotency-Key %s must have 1 to %d visible ASCII characters."
                  .formatted(Quoted.of(key), Shape.LONGEST_IDEMPOTENCY_KEY))
          .exception();
    }
    return Optional.of(key);
  }
}
