package dev.cloude.ejb.database;

import dev.cloude.runtime.job.NodeStatus;
import jakarta.annotation.PostConstruct;
import jakarta.annotation.Resource;
import jakarta.ejb.Singleton;
import jakarta.ejb.Startup;
import jakarta.ejb.TransactionManagement;
import jakarta.ejb.TransactionManagementType;
import jakarta.inject.Inject;
import java.lang.System.Logger.Level;
import java.sql.SQLException;
import javax.sql.DataSource;

/**
 * Brings the tables of the server's default data source up to date before anything else starts. A
 * failure fails the deployment: no part of the application can work without its tables.
 */
@Singleton
@Startup
@TransactionManagement(TransactionManagementType.BEAN)
public class Migrations {
  private static final System.Logger LOG = System.getLogger(Migrations.class.getName());

  @Resource private DataSource dataSource;

  @Inject private NodeStatus status;

  @PostConstruct
  void run() {
    try {
      String found = Schema.migrate(dataSource);
      LOG.log(Level.INFO, "{0}", found);
      status.report(NodeStatus.Subject.MIGRATIONS, true, found);
    } catch (RuntimeException | SQLException e) {
      String problem =
          "The database could not be migrated: %s. Check the server's default data source."
              .formatted(e.getMessage());
      status.report(NodeStatus.Subject.MIGRATIONS, false, problem);
      throw new IllegalStateException(problem, e);
    }
  }
}
