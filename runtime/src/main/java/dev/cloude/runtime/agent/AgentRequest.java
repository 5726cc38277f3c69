package dev.cloude.runtime.agent;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cloude.runtime.job.Limits;
import dev.cloude.runtime.job.SourceFile;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What an agent is asked to run. Agents refuse fields that they do not know, so that only limits
 * are sent that are set.
 *
 * @param id of the execution; 1 to 64 letters, digits and dashes
 * @param files for the work folder; every one has a path
 * @param compile command that is run first, if any
 * @param compileArgs come after it
 * @param run command that runs the program
 * @param args come after it
 * @param env for both commands
 * @param stdin of the program
 * @param root whether the program is root in its guest
 * @param limits of both
 */
public record AgentRequest(
    String id,
    List<SourceFile> files,
    Optional<List<String>> compile,
    List<String> compileArgs,
    List<String> run,
    List<String> args,
    Map<String, String> env,
    byte[] stdin,
    boolean root,
    Limits limits) {
  private static final JsonMapper JSON = new JsonMapper();

  /** The same request always has the same bytes: the agent compares them when it is repeated. */
  byte[] toJson() {
    Base64.Encoder base64 = Base64.getEncoder();
    ObjectNode spec = JSON.createObjectNode();
    ArrayNode all = spec.putArray("files");
    for (SourceFile file : files) {
      all.addObject()
          .put("path", file.path())
          .put("content_base64", base64.encodeToString(file.content()));
    }
    if (compile.isPresent()) {
      spec.set("compile", words(compile.get()));
      if (!compileArgs.isEmpty()) {
        spec.set("compile_args", words(compileArgs));
      }
    } else {
      spec.putNull("compile");
    }
    spec.set("run", words(run));
    spec.set("args", words(args));
    ObjectNode variables = spec.putObject("env");
    env.forEach(variables::put);
    spec.put("stdin_base64", base64.encodeToString(stdin));
    spec.put("root", root);
    spec.put("compile_timeout_ms", limits.compileWall().toMillis());
    spec.put("run_timeout_ms", limits.runWall().toMillis());
    spec.put("output_limit_bytes", limits.outputBytes());
    limits.cpu().ifPresent(cpu -> spec.put("cpu_timeout_ms", cpu.toMillis()));
    limits.memoryBytes().ifPresent(bytes -> spec.put("memory_limit_bytes", bytes));
    limits.processes().ifPresent(count -> spec.put("process_limit", count));
    limits.fileSizeBytes().ifPresent(bytes -> spec.put("file_size_limit_bytes", bytes));
    limits.diskBytes().ifPresent(bytes -> spec.put("disk_limit_bytes", bytes));
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
