package dev.cloude.runtime.agent;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What an agent is asked to run.
 *
 * @param id of the execution; 1 to 64 letters, digits and dashes
 * @param fileName of the source in the work folder
 * @param source its bytes
 * @param compile command that is run first, if any
 * @param run command that runs the program
 * @param env for both commands
 * @param stdin of the program
 * @param root whether the program is root in its guest
 * @param compileTimeout wall time of the compiler
 * @param runTimeout wall time of the program
 * @param outputLimitBytes most bytes of each stream
 */
public record AgentRequest(
    String id,
    String fileName,
    byte[] source,
    Optional<List<String>> compile,
    List<String> run,
    Map<String, String> env,
    byte[] stdin,
    boolean root,
    Duration compileTimeout,
    Duration runTimeout,
    int outputLimitBytes) {
  private static final JsonMapper JSON = new JsonMapper();

  /** The same request always has the same bytes: the agent compares them when it is repeated. */
  byte[] toJson() {
    Base64.Encoder base64 = Base64.getEncoder();
    ObjectNode spec = JSON.createObjectNode();
    ArrayNode files = spec.putArray("files");
    files.addObject().put("path", fileName).put("content_base64", base64.encodeToString(source));
    if (compile.isPresent()) {
      spec.set("compile", words(compile.get()));
    } else {
      spec.putNull("compile");
    }
    spec.set("run", words(run));
    spec.putArray("args");
    ObjectNode variables = spec.putObject("env");
    env.forEach(variables::put);
    spec.put("stdin_base64", base64.encodeToString(stdin));
    spec.put("root", root);
    spec.put("compile_timeout_ms", compileTimeout.toMillis());
    spec.put("run_timeout_ms", runTimeout.toMillis());
    spec.put("output_limit_bytes", outputLimitBytes);
    try {
      return JSON.writeValueAsBytes(spec);
    } catch (JsonProcessingException e) {
      throw new AssertionError("a tree of plain values can be written", e);
    }
  }

  private static ArrayNode words(List<String> command) {
    ArrayNode words = JSON.createArrayNode();
    command.forEach(words::add);
    return words;
  }
}
