package dev.cloude.ejb.database;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Locale;
import java.util.Map;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.output.MigrateResult;

/** The tables, as {@code db/migration} describes them. */
public final class Schema {
  private Schema() {}

  /**
   * Applies what is missing.
   *
   * @return one sentence with the version that the tables have now
   */
  public static String migrate(DataSource dataSource) throws SQLException {
    MigrateResult result =
        Flyway.configure(Schema.class.getClassLoader())
            .dataSource(dataSource)
            .locations("classpath:db/migration")
            .placeholders(Map.of("bytes", byteStringType(dataSource)))
            .load()
            .migrate();
    String version =
        result.targetSchemaVersion != null
            ? result.targetSchemaVersion
            : result.initialSchemaVersion;
    return "Database tables are at version %s; %d migrations were applied now."
        .formatted(version, result.migrationsExecuted);
  }

  private static String byteStringType(DataSource dataSource) throws SQLException {
    try (Connection connection = dataSource.getConnection()) {
      String product = connection.getMetaData().getDatabaseProductName().toLowerCase(Locale.ROOT);
      return product.contains("postgresql") ? "bytea" : "blob";
    }
  }
}
