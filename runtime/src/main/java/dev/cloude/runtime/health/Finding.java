package dev.cloude.runtime.health;

import java.util.LinkedHashMap;
import java.util.Map;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;

/**
 * What a check found.
 *
 * @param name of the check
 * @param up whether all is well
 * @param data facts by name; texts and whole numbers
 */
record Finding(String name, boolean up, Map<String, Object> data) {

  static Finding of(String name, boolean up, String detail) {
    return new Finding(name, up, Map.of("detail", detail));
  }

  HealthCheckResponse toResponse() {
    HealthCheckResponseBuilder builder = HealthCheckResponse.named(name).status(up);
    new LinkedHashMap<>(data)
        .forEach(
            (key, value) -> {
              if (value instanceof Long number) {
                builder.withData(key, number);
              } else {
                builder.withData(key, value.toString());
              }
            });
    return builder.build();
  }
}
