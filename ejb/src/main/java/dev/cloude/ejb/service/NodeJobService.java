package dev.cloude.ejb.service;

import dev.cloude.ejb.job.Cancellation;
import dev.cloude.ejb.job.JobEventListener;
import dev.cloude.ejb.job.JobFilter;
import dev.cloude.ejb.job.JobPage;
import dev.cloude.ejb.job.JobService;
import dev.cloude.ejb.job.JobStore;
import dev.cloude.ejb.job.JobView;
import dev.cloude.ejb.job.LanguageView;
import dev.cloude.ejb.job.NewJob;
import dev.cloude.ejb.job.NodeView;
import dev.cloude.ejb.job.OutputSlice;
import dev.cloude.ejb.job.Subscription;
import dev.cloude.runtime.job.OutputStreamName;
import jakarta.ejb.EJB;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletionStage;

/** The job service of this node. */
@ApplicationScoped
public class NodeJobService implements JobService {
  @EJB private JobStore store;

  @Override
  public UUID submit(NewJob job) {
    return store.submit(job);
  }

  @Override
  public List<UUID> submitAll(List<NewJob> jobs) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Optional<JobView> find(UUID id) {
    return store.find(id);
  }

  @Override
  public CompletionStage<Optional<JobView>> await(UUID id, Duration limit) {
    throw new UnsupportedOperationException();
  }

  @Override
  public JobPage list(JobFilter filter, Optional<String> cursor, int limit) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Cancellation cancel(UUID id) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Optional<OutputSlice> output(UUID id, OutputStreamName stream, long from, long to) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Optional<Subscription> events(UUID id, Optional<String> after, JobEventListener listener) {
    throw new UnsupportedOperationException();
  }

  @Override
  public List<LanguageView> languages() {
    throw new UnsupportedOperationException();
  }

  @Override
  public NodeView node() {
    throw new UnsupportedOperationException();
  }
}
