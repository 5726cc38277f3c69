package dev.cloude.web.guide;

import jakarta.enterprise.context.RequestScoped;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.NotFoundException;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;

/** Serves the guide to the API. */
@Path("/")
@RequestScoped
public class GuideResource {
  private static final String PAGE = "index.html";

  /** Everything that the page consists of. */
  private static final Map<String, String> PAGE_FILES =
      Map.of(PAGE, MediaType.TEXT_HTML, "ui.css", "text/css", "ui.js", "text/javascript");

  public GuideResource() {}

  /** 200 with the OpenAPI document. */
  @GET
  @Path("openapi.json")
  public Response document() {
    return file("openapi.json", MediaType.APPLICATION_JSON);
  }

  /** 200 with the page. */
  @GET
  @Path("ui")
  public Response page() {
    return pageFile(PAGE);
  }

  /** 200 with a part of the page. */
  @GET
  @Path("ui/{file}")
  public Response pageFile(@PathParam("file") String name) {
    String type = PAGE_FILES.get(name);
    if (type == null) {
      throw new NotFoundException();
    }
    return file("ui/" + name, type);
  }

  private static Response file(String name, String type) {
    try (InputStream in = GuideResource.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException(name + " is not in the archive");
      }
      return Response.ok(in.readAllBytes(), MediaType.valueOf(type).withCharset("utf-8")).build();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
