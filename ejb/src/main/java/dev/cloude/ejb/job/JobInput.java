package dev.cloude.ejb.job;

import dev.cloude.runtime.job.SourceFile;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** What a job reads; never changes. */
@Entity
@Table(name = "job_input")
public class JobInput {
  @Id
  @Column(name = "job_id")
  private String jobId;

  /** The program when it is one main file, else null. */
  @Column(name = "source")
  private byte[] source;

  /** JSON: the program otherwise. */
  @Column(name = "files")
  private byte[] files;

  @Column(name = "stdin")
  private byte[] stdin;

  @Column(name = "expected_output")
  private byte[] expectedOutput;

  /** JSON: a {@link SpecDocument}; null for what the first version of the tables held. */
  @Column(name = "spec")
  private byte[] spec;

  protected JobInput() {}

  JobInput(String jobId, AcceptedJob accepted) {
    NewJob job = accepted.job();
    this.jobId = jobId;
    if (job.files().size() == 1 && job.files().get(0).path().isEmpty()) {
      source = job.files().get(0).content();
    } else {
      files = Documents.write(job.files());
    }
    stdin = job.stdin();
    expectedOutput = job.expectedOutput().orElse(null);
    spec = Documents.write(SpecDocument.of(accepted));
  }

  List<SourceFile> files() {
    return source != null
        ? List.of(SourceFile.main(source))
        : Arrays.asList(Documents.read(files, SourceFile[].class));
  }

  byte[] stdin() {
    return stdin;
  }

  Optional<byte[]> expectedOutput() {
    return Optional.ofNullable(expectedOutput);
  }

  Optional<SpecDocument> spec() {
    return Optional.ofNullable(spec).map(bytes -> Documents.read(bytes, SpecDocument.class));
  }
}
