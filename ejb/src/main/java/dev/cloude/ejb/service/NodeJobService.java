package dev.cloude.ejb.service;

import dev.cloude.ejb.job.AcceptedJob;
import dev.cloude.ejb.job.Cancellation;
import dev.cloude.ejb.job.IdempotencyConflictException;
import dev.cloude.ejb.job.JobCursor;
import dev.cloude.ejb.job.JobEventListener;
import dev.cloude.ejb.job.JobFilter;
import dev.cloude.ejb.job.JobPage;
import dev.cloude.ejb.job.JobService;
import dev.cloude.ejb.job.JobStore;
import dev.cloude.ejb.job.JobView;
import dev.cloude.ejb.job.LanguageNotReadyException;
import dev.cloude.ejb.job.LanguageView;
import dev.cloude.ejb.job.LimitCheck;
import dev.cloude.ejb.job.LimitExceededException;
import dev.cloude.ejb.job.NewJob;
import dev.cloude.ejb.job.NodeView;
import dev.cloude.ejb.job.OutputSlice;
import dev.cloude.ejb.job.QueueDepth;
import dev.cloude.ejb.job.QueueFullException;
import dev.cloude.ejb.job.Subscription;
import dev.cloude.ejb.journal.JobJournal;
import dev.cloude.ejb.journal.JobJournals;
import dev.cloude.ejb.journal.NodeControl;
import dev.cloude.ejb.journal.Position;
import dev.cloude.ejb.language.Languages;
import dev.cloude.ejb.language.UnsupportedLanguageException;
import dev.cloude.runtime.config.JobSettings;
import dev.cloude.runtime.config.LimitSettings;
import dev.cloude.runtime.config.NetworkSettings;
import dev.cloude.runtime.job.GuestSessions;
import dev.cloude.runtime.job.OutputStreamName;
import dev.cloude.runtime.metrics.JobMetrics;
import jakarta.ejb.EJB;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.CompletionStage;

/** The job service of this node. */
@ApplicationScoped
public class NodeJobService implements JobService {
  private static final System.Logger LOG = System.getLogger(NodeJobService.class.getName());

  /** A queue that is full does not empty in an instant. */
  private static final Duration RETRY_AFTER = Duration.ofSeconds(5);

  /** About as long as the image of a language takes. */
  private static final Duration RETRY_WHEN_BUILT = Duration.ofSeconds(15);

  @EJB private JobStore store;
  @Inject private NodeOverview overview;
  @Inject private Languages languages;
  @Inject private GuestSessions sessions;
  @Inject private LimitSettings limits;
  @Inject private NetworkSettings network;
  @Inject private JobSettings settings;
  @Inject private QueueDepth depth;
  @Inject private JobJournals journals;
  @Inject private NodeControl control;
  @Inject private JobMetrics metrics;

  public NodeJobService() {}

  NodeJobService(
      JobStore store,
      Languages languages,
      GuestSessions sessions,
      LimitSettings limits,
      NetworkSettings network,
      JobSettings settings,
      QueueDepth depth,
      JobJournals journals,
      NodeControl control,
      JobMetrics metrics) {
    this.store = store;
    this.languages = languages;
    this.sessions = sessions;
    this.limits = limits;
    this.network = network;
    this.settings = settings;
    this.depth = depth;
    this.journals = journals;
    this.control = control;
    this.metrics = metrics;
  }

  @Override
  public UUID submit(NewJob job)
      throws LanguageNotReadyException,
          QueueFullException,
          LimitExceededException,
          IdempotencyConflictException {
    return storeWithImages(List.of(accept(job))).get(0);
  }

  @Override
  public UUID submitOriginal(NewJob job)
      throws QueueFullException, LimitExceededException, IdempotencyConflictException {
    return store(List.of(accept(job))).get(0);
  }

  private AcceptedJob accept(NewJob job) throws LimitExceededException {
    return new LimitCheck(limits, network).accept(job, limits(job));
  }

  @Override
  public List<UUID> submitAll(List<NewJob> jobs)
      throws LanguageNotReadyException,
          QueueFullException,
          LimitExceededException,
          IdempotencyConflictException {
    if (jobs.isEmpty() || jobs.size() > MAX_BATCH) {
      throw new IllegalArgumentException(
          "A batch has from 1 to %d jobs, not %d.".formatted(MAX_BATCH, jobs.size()));
    }
    LimitCheck check = new LimitCheck(limits, network);
    List<AcceptedJob> accepted = new ArrayList<>();
    for (NewJob job : jobs) {
      try {
        accepted.add(check.accept(job, limits(job)));
      } catch (LimitExceededException e) {
        throw e.within("jobs[%d].".formatted(accepted.size()));
      }
    }
    return storeWithImages(accepted);
  }

  /** The defaults of a job's language; none when it has gone from the catalogue meanwhile. */
  private Map<String, Long> limits(NewJob job) {
    try {
      return languages.language(job.language()).limits();
    } catch (UnsupportedLanguageException e) {
      return Map.of();
    }
  }

  private List<UUID> storeWithImages(List<AcceptedJob> jobs)
      throws LanguageNotReadyException, QueueFullException, IdempotencyConflictException {
    Optional<List<UUID>> known = KnownJobs.of(jobs, store);
    if (known.isPresent()) {
      return known.get();
    }
    requireImages(jobs);
    return storeNew(jobs);
  }

  private List<UUID> store(List<AcceptedJob> jobs)
      throws QueueFullException, IdempotencyConflictException {
    Optional<List<UUID>> known = KnownJobs.of(jobs, store);
    return known.isPresent() ? known.get() : storeNew(jobs);
  }

  private List<UUID> storeNew(List<AcceptedJob> jobs)
      throws QueueFullException, IdempotencyConflictException {
    if (depth.get() + jobs.size() > settings.queueLimit()) {
      metrics.refused();
      throw new QueueFullException(settings.queueLimit(), RETRY_AFTER);
    }
    // Before they are stored: the dispatcher may claim them before this thread goes on.
    depth.add(jobs.size());
    Optional<List<UUID>> stored = Optional.empty();
    try {
      stored = store.submit(jobs);
    } finally {
      if (stored.isEmpty()) {
        depth.add(-jobs.size());
      }
    }
    if (stored.isEmpty()) {
      // The same request came twice at the same moment: now the other one is known.
      return store(jobs);
    }
    stored.get().forEach(id -> metrics.submitted());
    return stored.get();
  }

  /**
   * An image may go afterwards, or be missing on the node that runs the job, which says so then.
   */
  private void requireImages(List<AcceptedJob> jobs) throws LanguageNotReadyException {
    Set<String> wanted = new TreeSet<>();
    jobs.forEach(accepted -> wanted.add(accepted.job().language()));
    for (String language : wanted) {
      if (!sessions.isReady(language)) {
        throw new LanguageNotReadyException(language, RETRY_WHEN_BUILT);
      }
    }
  }

  @Override
  public Optional<JobView> find(UUID id) {
    return store.find(id);
  }

  private Optional<JobView> find(String id) {
    return store.find(UUID.fromString(id));
  }

  @Override
  public CompletionStage<Optional<JobView>> await(UUID id, Duration limit) {
    return EndWaiter.await(id.toString(), limit, journals, control, this::find);
  }

  @Override
  public JobPage list(JobFilter filter, Optional<String> cursor, int limit) {
    // Before the transaction: an exception within it would come out as another.
    if (limit < 1 || limit > MAX_PAGE) {
      throw new IllegalArgumentException(
          "A page has from 1 to %d jobs, not %d.".formatted(MAX_PAGE, limit));
    }
    return store.list(filter, JobCursor.parse(cursor), limit);
  }

  @Override
  public Cancellation cancel(UUID id) {
    Cancellation led = store.cancel(id);
    if (led == Cancellation.CANCELLED) {
      depth.add(-1);
      metrics.finished("cancelled");
      LOG.log(Level.INFO, "job {0}: finished, cancelled", id);
      journals.ended(List.of(id.toString()));
    } else if (led == Cancellation.REQUESTED) {
      LOG.log(Level.INFO, "job {0}: its end is wanted", id);
      control.engine().cancel(id.toString());
    }
    return led;
  }

  @Override
  public Optional<OutputSlice> output(UUID id, OutputStreamName stream, long from, long to) {
    if (from < 0 || to < from) {
      throw new IllegalArgumentException(
          "Bytes %d to %d cannot be read; count from 0 and upwards.".formatted(from, to));
    }
    Optional<JobJournal> journal = journals.find(id.toString());
    if (journal.isPresent()) {
      return Optional.of(journal.get().slice(stream, from, to));
    }
    store.touch(id);
    Optional<OutputSlice> stored = store.output(id, stream, from, to);
    return stored.isPresent() || store.summary(id).isEmpty()
        ? stored
        : Optional.of(new OutputSlice(new byte[0], 0, 0, false, false));
  }

  @Override
  public Optional<Subscription> events(UUID id, Optional<String> after, JobEventListener listener) {
    if (store.summary(id).isEmpty()) {
      return Optional.empty();
    }
    store.touch(id);
    Position position = after.flatMap(Position::parse).orElse(Position.START);
    EventSource source = new EventSource(id.toString(), journals, this::find, position);
    EventSubscription subscription =
        new EventSubscription(id.toString(), journals, source, listener, control);
    subscription.start();
    return Optional.of(subscription);
  }

  @Override
  public List<LanguageView> languages() {
    return overview.languages();
  }

  @Override
  public NodeView node() {
    return overview.node();
  }
}
