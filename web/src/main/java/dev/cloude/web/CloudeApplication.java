package dev.cloude.web;

import dev.cloude.web.error.AnyExceptionMapper;
import dev.cloude.web.error.JsonExceptionMapper;
import dev.cloude.web.error.JsonMappingExceptionMapper;
import dev.cloude.web.error.JsonParseExceptionMapper;
import dev.cloude.web.error.WebExceptionMapper;
import dev.cloude.web.http.RequestBodyFilter;
import dev.cloude.web.job.JobResource;
import dev.cloude.web.job.WelcomeResource;
import dev.cloude.web.json.JsonMapperResolver;
import jakarta.ws.rs.ApplicationPath;
import jakarta.ws.rs.core.Application;
import java.util.Map;
import java.util.Set;

/** The original endpoints: everything listed, so that no server adds what it finds lying about. */
@ApplicationPath("/")
public class CloudeApplication extends Application {

  @Override
  public Set<Class<?>> getClasses() {
    return Set.of(
        WelcomeResource.class,
        JobResource.class,
        JsonMapperResolver.class,
        RequestBodyFilter.class,
        WebExceptionMapper.class,
        JsonParseExceptionMapper.class,
        JsonMappingExceptionMapper.class,
        JsonExceptionMapper.class,
        AnyExceptionMapper.class);
  }

  /**
   * Settings for Jersey (Payara); RESTEasy (WildFly) has its own in web.xml. Given as plain names,
   * because Jersey's classes must not be in the archive.
   */
  @Override
  public Map<String, Object> getProperties() {
    return Map.of(
        // Payara has both providers and prefers JSON-B.
        "jersey.config.jsonFeature", "JacksonFeature",
        // OPTIONS would answer with a description in XML, and /application.wadl too.
        "jersey.config.server.wadl.disableWadl", true,
        // An error status without a body must stay in the hands of our mappers.
        "jersey.config.server.response.setStatusOverSendError", true);
  }
}
