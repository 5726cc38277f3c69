package dev.cloude.ejb.engine;

import jakarta.enterprise.context.Dependent;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import org.eclipse.microprofile.config.ConfigProvider;

/** Makes the engine's settings available for injection. */
@Dependent
public class EngineConfigProducer {

  @Produces
  @Singleton
  EngineConfig config() {
    return EngineConfig.from(ConfigProvider.getConfig());
  }
}
