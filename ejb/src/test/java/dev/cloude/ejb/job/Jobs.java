package dev.cloude.ejb.job;

import dev.cloude.ejb.database.Provider;
import dev.cloude.ejb.database.TestDatabase;
import dev.cloude.ejb.lease.IpLeases;
import dev.cloude.runtime.config.NetworkSettings;
import dev.cloude.runtime.job.Ipv4Range;
import dev.cloude.runtime.job.NetworkPolicy;
import jakarta.enterprise.event.Event;
import jakarta.enterprise.event.NotificationOptions;
import jakarta.enterprise.util.TypeLiteral;
import java.lang.annotation.Annotation;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import java.util.function.Predicate;

/** The job services on a test database, each call in its own transaction as a server would do. */
final class Jobs {
  /** Who claims, unless a test says otherwise. */
  static final String NODE = "node-1";

  final TestDatabase database;
  final List<JobSubmitted> announced = new CopyOnWriteArrayList<>();
  private final NetworkSettings network;

  Jobs(Provider provider, int prefixLength) throws SQLException {
    this(TestDatabase.empty(provider), prefixLength);
  }

  Jobs(TestDatabase database, int prefixLength) {
    this.database = database;
    Ipv4Range range =
        Ipv4Range.around(Ipv4Range.parseAddress("10.39.1.0").orElseThrow(), prefixLength);
    network = new NetworkSettings("cloudebr0", range, NetworkPolicy.NONE, 0);
  }

  UUID submit(String source) {
    return submit(TestJobs.of("", source));
  }

  UUID submit(NewJob job) {
    return store(store -> store.submit(List.of(TestJobs.accepted(job)))).orElseThrow().get(0);
  }

  <T> T store(Function<JobStore, T> work) {
    return database.inTransaction(em -> work.apply(new JobStore(em, new Announcements(announced))));
  }

  Optional<JobView> find(UUID id) {
    return store(store -> store.find(id));
  }

  JobView view(String id) {
    return find(UUID.fromString(id)).orElseThrow();
  }

  <T> T queue(Function<JobQueue, T> work) {
    return database.inTransaction(
        em -> work.apply(new JobQueue(em, new IpLeases(em, network), TestJobs.LIMITS)));
  }

  <T> T leases(Function<IpLeases, T> work) {
    return database.inTransaction(em -> work.apply(new IpLeases(em, network)));
  }

  <T> T retention(Function<Retention, T> work) {
    return database.inTransaction(em -> work.apply(new Retention(em)));
  }

  Optional<Claim> tryClaim() {
    return tryClaim(policy -> true);
  }

  Optional<Claim> tryClaim(Predicate<NetworkPolicy> needsAddress) {
    return queue(queue -> queue.claimNext(NODE, needsAddress, policy -> List.of()));
  }

  Claim claim() {
    return tryClaim().orElseThrow();
  }

  void release(Claim claim) {
    leases(
        leases -> {
          leases.release(claim.lease().orElseThrow().id());
          return null;
        });
  }

  private record Announcements(List<JobSubmitted> heard) implements Event<JobSubmitted> {
    @Override
    public void fire(JobSubmitted event) {
      heard.add(event);
    }

    @Override
    public <U extends JobSubmitted> CompletionStage<U> fireAsync(U event) {
      throw new UnsupportedOperationException();
    }

    @Override
    public <U extends JobSubmitted> CompletionStage<U> fireAsync(
        U event, NotificationOptions options) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Event<JobSubmitted> select(Annotation... qualifiers) {
      throw new UnsupportedOperationException();
    }

    @Override
    public <U extends JobSubmitted> Event<U> select(Class<U> type, Annotation... qualifiers) {
      throw new UnsupportedOperationException();
    }

    @Override
    public <U extends JobSubmitted> Event<U> select(TypeLiteral<U> type, Annotation... qualifiers) {
      throw new UnsupportedOperationException();
    }
  }
}
