package dev.cloude.ejb.job;

import dev.cloude.ejb.database.Provider;

/** As on WildFly. */
class JobQueueOnHibernateTest extends JobQueueContract {
  JobQueueOnHibernateTest() {
    super(Provider.HIBERNATE);
  }
}
