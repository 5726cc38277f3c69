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
import javax.sql.DataSource;
import org.h2.jdbcx.JdbcConnectionPool;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * The application's own persistence unit and tables on a database in memory, or on the PostgreSQL
 * that the system property {@code cloude.test.database} names (a JDBC address): one for each
 * provider, because making one takes as long as all tests that use it.
 */
public final class TestDatabase {
  /** Names a PostgreSQL database that is used instead, and emptied. */
  private static final String URL_PROPERTY = "cloude.test.database";

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
    this(provider, fresh());
  }

  private TestDatabase(Provider provider, DataSource pool) throws SQLException {
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

  /** What is in a database now, with all migrations applied to it. */
  public static TestDatabase upgraded(Provider provider, DataSource database) throws SQLException {
    return new TestDatabase(provider, database);
  }

  /** A database; without tables unless it is the one that the system property names. */
  public static DataSource fresh() {
    String url = System.getProperty(URL_PROPERTY);
    return url == null ? inMemory() : elsewhere(url);
  }

  private static DataSource inMemory() {
    JdbcConnectionPool pool =
        JdbcConnectionPool.create(
            "jdbc:h2:mem:%s;DB_CLOSE_DELAY=-1;LOCK_TIMEOUT=10000".formatted(UUID.randomUUID()),
            "sa",
            "");
    pool.setMaxConnections(16);
    return pool;
  }

  private static DataSource elsewhere(String url) {
    PGSimpleDataSource database = new PGSimpleDataSource();
    database.setURL(url);
    return database;
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
