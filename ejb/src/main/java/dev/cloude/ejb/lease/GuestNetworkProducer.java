package dev.cloude.ejb.lease;

import jakarta.enterprise.context.Dependent;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import org.eclipse.microprofile.config.ConfigProvider;

/** Makes the configured network available for injection. */
@Dependent
public class GuestNetworkProducer {

  @Produces
  @Singleton
  GuestNetwork network() {
    return GuestNetwork.from(ConfigProvider.getConfig());
  }
}
