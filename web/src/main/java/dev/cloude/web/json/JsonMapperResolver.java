package dev.cloude.web.json;

import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.cloude.api.JobStatus;
import jakarta.ws.rs.ext.ContextResolver;
import jakarta.ws.rs.ext.Provider;

/** Gives the server's Jackson provider our mapper, for every type. */
@Provider
public class JsonMapperResolver implements ContextResolver<ObjectMapper> {
  private static final ObjectMapper MAPPER = mapper();

  /** Unknown fields are ignored, as they always were. */
  private static ObjectMapper mapper() {
    return StrictJson.mapper(StreamReadConstraints.defaults())
        .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
        .addMixIn(JobStatus.class, JobStatusShape.class)
        .build();
  }

  @Override
  public ObjectMapper getContext(Class<?> type) {
    return MAPPER;
  }
}
