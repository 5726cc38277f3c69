package dev.cloude.web.answer;

import dev.cloude.api.v1.AcceptedBody;
import dev.cloude.api.v1.JobBody;
import dev.cloude.api.v1.JobPageBody;
import dev.cloude.api.v1.LinksBody;
import dev.cloude.api.v1.ResultBody;
import dev.cloude.ejb.job.JobPage;
import dev.cloude.ejb.job.JobSummary;
import dev.cloude.ejb.job.JobView;
import java.time.Instant;
import java.util.UUID;

/** Jobs as clients see them. */
public final class Jobs {
  /** Where jobs are. */
  public static final String PATH = "/api/v1/jobs/";

  private Jobs() {}

  /** Everything about a job. */
  public static JobBody of(JobView job) {
    return body(job.summary(), job.cancelRequested(), job.result().map(Results::of).orElse(null));
  }

  /** Some jobs, without what they read and wrote. */
  public static JobPageBody of(JobPage page) {
    return new JobPageBody(
        page.jobs().stream().map(job -> body(job, null, null)).toList(), page.next().orElse(null));
  }

  /** A job that was just stored. */
  public static AcceptedBody accepted(UUID id) {
    return new AcceptedBody(id.toString(), links(id.toString()));
  }

  private static JobBody body(JobSummary job, Boolean cancelRequested, ResultBody result) {
    return new JobBody(
        job.id(),
        job.language(),
        job.version().orElse(null),
        job.state().wireName(),
        job.verdict().map(verdict -> verdict.wireName()).orElse(null),
        job.attempt(),
        job.labels(),
        job.createdAt().toString(),
        job.startedAt().map(Instant::toString).orElse(null),
        job.finishedAt().map(Instant::toString).orElse(null),
        cancelRequested,
        result,
        links(job.id()));
  }

  private static LinksBody links(String id) {
    String self = PATH + id;
    return new LinksBody(self, self + "/events", self + "/output/stdout", self + "/output/stderr");
  }
}
