package dev.cloude.ejb.lease;

import dev.cloude.ejb.database.Provider;

/** As on Payara. */
class IpLeasesOnEclipseLinkTest extends IpLeasesContract {
  IpLeasesOnEclipseLinkTest() {
    super(Provider.ECLIPSELINK);
  }
}
