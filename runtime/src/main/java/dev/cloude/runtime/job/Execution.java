package dev.cloude.runtime.job;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;

/**
 * What to run. The id names the execution for the agent, which runs an id at most once.
 *
 * @param id unique for this attempt
 * @param language name of a language in the catalogue (not an alias)
 * @param files the program, at least one file
 * @param stdin the program's standard input; empty when it has none
 * @param args the program's arguments, after those of the language
 * @param env over the language's environment
 * @param compilerFlags after the language's compile command
 * @param limits that hold
 * @param network what the guest may reach
 * @param vcpus processors of the guest
 * @param subject what the log says it is about: {@code job 7f3a…}
 */
public record Execution(
    UUID id,
    String language,
    List<SourceFile> files,
    byte[] stdin,
    List<String> args,
    Map<String, String> env,
    List<String> compilerFlags,
    Limits limits,
    NetworkPolicy network,
    int vcpus,
    String subject) {
  public Execution {
    Objects.requireNonNull(id);
    Objects.requireNonNull(language);
    Objects.requireNonNull(stdin);
    Objects.requireNonNull(limits);
    Objects.requireNonNull(network);
    files = List.copyOf(files);
    args = List.copyOf(args);
    env = Collections.unmodifiableMap(new LinkedHashMap<>(env));
    compilerFlags = List.copyOf(compilerFlags);
    Objects.requireNonNull(subject);
  }

  /** About the execution itself. */
  public Execution(
      UUID id,
      String language,
      List<SourceFile> files,
      byte[] stdin,
      List<String> args,
      Map<String, String> env,
      List<String> compilerFlags,
      Limits limits,
      NetworkPolicy network,
      int vcpus) {
    this(
        id,
        language,
        files,
        stdin,
        args,
        env,
        compilerFlags,
        limits,
        network,
        vcpus,
        "execution " + id);
  }

  /** The same, about something else in the log. */
  public Execution about(String other) {
    return new Execution(
        id, language, files, stdin, args, env, compilerFlags, limits, network, vcpus, other);
  }

  /** One source file and its input, without network, on one processor. */
  public static Execution of(UUID id, String language, byte[] source, byte[] stdin, Limits limits) {
    return new Execution(
        id,
        language,
        List.of(SourceFile.main(source)),
        stdin,
        List.of(),
        Map.of(),
        List.of(),
        limits,
        NetworkPolicy.NONE,
        1);
  }
}
