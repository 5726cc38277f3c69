package dev.cloude.ejb.database;

import jakarta.persistence.EntityManager;
import jakarta.persistence.EntityManagerFactory;
import jakarta.persistence.EntityTransaction;
import jakarta.persistence.Persistence;
import java.sql.SQLException;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;
import org.h2.jdbcx.JdbcConnectionPool;

/**
 * The application's own persistence unit and tables on a database in memory: one for each provider,
 * because making one takes as long as all tests that use it.
 */
public final class TestDatabase {
  private static final Map<Provider, TestDatabase> DATABASES = new EnumMap<>(Provider.class);

  /** Kept, because the logging framework forgets levels with their loggers. */
  private static final List<Logger> QUIET =
      Stream.of("org.hibernate", "org.eclipse.persistence", "org.flywaydb")
          .map(Logger::getLogger)
          .toList();

  static {
    // Conflicts are a part of the tests, and reported by who runs into them.
    QUIET.forEach(logger -> logger.setLevel(Level.OFF));
  }

  private final EntityManagerFactory factory;

  private TestDatabase(Provider provider) throws SQLException {
    JdbcConnectionPool pool =
        JdbcConnectionPool.create(
            "jdbc:h2:mem:%s;DB_CLOSE_DELAY=-1;LOCK_TIMEOUT=10000".formatted(UUID.randomUUID()),
            "sa",
            "");
    pool.setMaxConnections(16);
    Schema.migrate(pool);
    factory =
        Persistence.createEntityManagerFactory(
            "cloude",
            Map.of(
                "jakarta.persistence.provider",
                provider.className(),
                "jakarta.persistence.transactionType",
                "RESOURCE_LOCAL",
                "jakarta.persistence.nonJtaDataSource",
                pool,
                "eclipselink.logging.level",
                "WARNING",
                "eclipselink.session-name",
                UUID.randomUUID().toString()));
  }

  /** The provider's database, without a row in it. */
  public static synchronized TestDatabase empty(Provider provider) throws SQLException {
    TestDatabase database = DATABASES.get(provider);
    if (database == null) {
      database = new TestDatabase(provider);
      DATABASES.put(provider, database);
    }
    database.inTransaction(
        em -> {
          for (String entity :
              List.of("JobInput", "StoredResult", "JobLabel", "Job", "IpLease", "NodeRow")) {
            em.createQuery("delete from " + entity + " e").executeUpdate();
          }
          return null;
        });
    return database;
  }

  /** One transaction in a persistence context of its own; rolled back when the work throws. */
  public <T> T inTransaction(Function<EntityManager, T> work) {
    try (EntityManager em = factory.createEntityManager()) {
      EntityTransaction transaction = em.getTransaction();
      transaction.begin();
      try {
        T result = work.apply(em);
        transaction.commit();
        return result;
      } finally {
        if (transaction.isActive()) {
          transaction.rollback();
        }
      }
    }
  }
}
