package dev.cloude.ejb.job;

import dev.cloude.runtime.job.OutputStreamName;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** What a job wrote, and how it ended. */
@Entity
@Table(name = "job_result")
public class StoredResult {
  @Id
  @Column(name = "job_id")
  private String jobId;

  /** JSON: a {@link ResultDocument}; null for what the first version of the tables held. */
  @Column(name = "document")
  private byte[] document;

  @Column(name = "stdout")
  private byte[] stdout;

  @Column(name = "stderr")
  private byte[] stderr;

  @Column(name = "compile_stdout")
  private byte[] compileStdout;

  @Column(name = "compile_stderr")
  private byte[] compileStderr;

  protected StoredResult() {}

  StoredResult(String jobId, JobResult result) {
    this.jobId = jobId;
    this.document = Documents.write(ResultDocument.of(result));
    this.stdout = result.stdout().bytes();
    this.stderr = result.stderr().bytes();
    this.compileStdout = result.compile().map(compile -> compile.stdout().bytes()).orElse(null);
    this.compileStderr = result.compile().map(compile -> compile.stderr().bytes()).orElse(null);
  }

  void tornDown(Duration after) {
    if (document != null) {
      ResultDocument known = Documents.read(document, ResultDocument.class);
      document = Documents.write(known.withTeardown(after));
    }
  }

  JobResult result(Verdict verdict, Optional<Integer> exitCode, Optional<String> failure) {
    return document == null
        ? ofVersion1(verdict, exitCode, failure)
        : Documents.read(document, ResultDocument.class).result(verdict, failure, this);
  }

  private JobResult ofVersion1(
      Verdict verdict, Optional<Integer> exitCode, Optional<String> failure) {
    return new JobResult(
        verdict,
        exitCode.map(OptionalInt::of).orElse(OptionalInt.empty()),
        OptionalInt.empty(),
        Optional.empty(),
        new StreamResult(stdout, stdout.length, false),
        new StreamResult(stderr, stderr.length, false),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        OptionalLong.empty(),
        Optional.empty(),
        PhaseTimings.NONE,
        Optional.empty(),
        failure);
  }

  byte[] bytes(OutputStreamName stream) {
    byte[] bytes =
        switch (stream) {
          case STDOUT -> stdout;
          case STDERR -> stderr;
          case COMPILE_STDOUT -> compileStdout;
          case COMPILE_STDERR -> compileStderr;
        };
    return bytes == null ? new byte[0] : bytes;
  }

  byte[] stdout() {
    return stdout;
  }

  byte[] stderr() {
    return stderr;
  }

  byte[] compileStdout() {
    return compileStdout;
  }

  byte[] compileStderr() {
    return compileStderr;
  }
}
