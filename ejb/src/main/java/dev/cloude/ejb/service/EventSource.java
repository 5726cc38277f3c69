package dev.cloude.ejb.service;

import dev.cloude.ejb.job.JobEvent;
import dev.cloude.ejb.job.JobResult;
import dev.cloude.ejb.job.JobState;
import dev.cloude.ejb.job.JobView;
import dev.cloude.ejb.job.StreamResult;
import dev.cloude.ejb.journal.JobJournal;
import dev.cloude.ejb.journal.JobJournals;
import dev.cloude.ejb.journal.Position;
import dev.cloude.runtime.job.OutputStreamName;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * The events of one job after a position: from the journal while it runs here, else from its row.
 * Used by one thread at a time.
 */
final class EventSource {
  private static final int MOST_BYTES = 64 * 1024;

  /** After the end, what came first is told first. */
  private static final List<OutputStreamName> ORDER =
      List.of(
          OutputStreamName.COMPILE_STDOUT,
          OutputStreamName.COMPILE_STDERR,
          OutputStreamName.STDOUT,
          OutputStreamName.STDERR);

  private final String jobId;
  private final JobJournals journals;
  private final Function<String, Optional<JobView>> find;
  private Position position;

  /** Null while the job does not run here. */
  private JobJournal.Reader reader;

  /** Whose reader it is; null as above. */
  private JobJournal journal;

  /** Null until it is finished; then it does not change any more. */
  private JobView finished;

  private boolean over;

  EventSource(
      String jobId,
      JobJournals journals,
      Function<String, Optional<JobView>> find,
      Position position) {
    this.jobId = jobId;
    this.journals = journals;
    this.find = find;
    this.position = position;
  }

  /** Whether nothing comes any more. */
  boolean over() {
    return over;
  }

  /** The next event; empty when there is none yet, or none any more. */
  Optional<JobEvent> next() {
    if (finished == null) {
      Optional<JobJournal> here = journals.find(jobId);
      if (here.isPresent()) {
        return fromJournal(here.get());
      }
    }
    return fromRow();
  }

  private Optional<JobEvent> fromJournal(JobJournal now) {
    if (journal != now) {
      journal = now;
      reader = now.reader(position);
    }
    Optional<JobEvent> event = reader.next();
    position = reader.position();
    return event;
  }

  private Optional<JobEvent> fromRow() {
    journal = null;
    reader = null;
    if (finished == null) {
      Optional<JobView> job = find.apply(jobId);
      if (job.isEmpty()) {
        over = true;
        return Optional.empty();
      }
      if (!job.get().state().isFinal()) {
        return state(job.get().state(), job.get().summary().attempt());
      }
      finished = job.get();
    }
    return end(finished, finished.result().orElseThrow());
  }

  private Optional<JobEvent> state(JobState state, int attempt) {
    if (position.isAt(attempt, state)) {
      return Optional.empty();
    }
    position = position.at(attempt, state);
    return Optional.of(new JobEvent.StateChanged(position.toString(), state, attempt));
  }

  private Optional<JobEvent> end(JobView job, JobResult result) {
    int attempt = job.summary().attempt();
    if (over || position.isAt(attempt, JobState.FINISHED)) {
      over = true;
      return Optional.empty();
    }
    if (!position.isOf(attempt)) {
      // What an earlier attempt wrote is not part of the result.
      position = Position.START.at(attempt, JobState.QUEUED);
    }
    for (OutputStreamName stream : ORDER) {
      byte[] bytes = StreamResult.of(result, stream).bytes();
      long from = position.offset(stream);
      if (from < bytes.length) {
        int to = (int) Math.min(bytes.length, from + MOST_BYTES);
        byte[] piece = Arrays.copyOfRange(bytes, (int) from, to);
        position = position.plus(stream, piece.length);
        return Optional.of(new JobEvent.Output(position.toString(), stream, from, piece));
      }
    }
    position = position.at(attempt, JobState.FINISHED);
    over = true;
    return Optional.of(new JobEvent.Finished(position.toString(), job));
  }
}
