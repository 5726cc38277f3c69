package dev.cloude.ejb.job;

import dev.cloude.ejb.database.Provider;

/** As on Payara. */
class JobQueueOnEclipseLinkTest extends JobQueueContract {
  JobQueueOnEclipseLinkTest() {
    super(Provider.ECLIPSELINK);
  }
}
