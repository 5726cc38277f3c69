package dev.cloude.web.json;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonInclude.Include;
import java.util.Map;

/** Which parts of a job's status are left out when there is nothing to say. Never instantiated. */
interface JobStatusShape {
  @JsonInclude(Include.NON_NULL)
  String stdoutBase64();

  @JsonInclude(Include.NON_NULL)
  String stderrBase64();

  @JsonInclude(Include.NON_NULL)
  Boolean truncated();

  @JsonInclude(Include.NON_NULL)
  Boolean timedOut();

  @JsonInclude(Include.NON_NULL)
  Map<String, Double> timingsMs();
}
