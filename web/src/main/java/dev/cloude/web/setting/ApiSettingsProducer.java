package dev.cloude.web.setting;

import dev.cloude.runtime.config.Settings;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.Initialized;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import org.eclipse.microprofile.config.Config;

/** Makes the settings injectable, and has them checked when the application starts. */
@ApplicationScoped
public class ApiSettingsProducer {
  @Inject private Config config;

  void check(@Observes @Initialized(ApplicationScoped.class) Object started) {
    api();
  }

  @Produces
  @Singleton
  public ApiSettings api() {
    return ApiSettings.from(Settings.of(config));
  }
}
