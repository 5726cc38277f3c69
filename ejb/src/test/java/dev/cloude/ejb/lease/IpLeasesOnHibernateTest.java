package dev.cloude.ejb.lease;

import dev.cloude.ejb.database.Provider;

/** As on WildFly. */
class IpLeasesOnHibernateTest extends IpLeasesContract {
  IpLeasesOnHibernateTest() {
    super(Provider.HIBERNATE);
  }
}
