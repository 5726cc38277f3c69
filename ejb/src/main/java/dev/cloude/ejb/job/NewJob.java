package dev.cloude.ejb.job;

import dev.cloude.runtime.job.NetworkPolicy;
import dev.cloude.runtime.job.SourceFile;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A job to be stored. Limits, processors and the network policy are checked against the node's
 * ceilings when it is submitted; everything else must have been checked before.
 *
 * @param language name of a language in the catalogue (not an alias)
 * @param version what the client wrote behind the {@code @}; empty when nothing
 * @param files the program, at least one file; byte for byte
 * @param stdin the program's standard input; empty for none
 * @param args the program's arguments, after those of the language
 * @param env the program's and the compiler's environment, over that of the language
 * @param compilerFlags come after the language's compile command
 * @param limits what it may take
 * @param network what it may reach; empty for the node's default ({@code VM_NETWORK})
 * @param vcpus processors; empty for the node's default ({@code VM_VCPUS})
 * @param labels names and values for finding it again
 * @param expectedOutput what its standard output is compared with, if anything
 * @param client who waits in the same line: an API key's name or an address
 * @param idempotencyKey with which the same client's same request is the same job
 */
public record NewJob(
    String language,
    Optional<String> version,
    List<SourceFile> files,
    byte[] stdin,
    List<String> args,
    Map<String, String> env,
    List<String> compilerFlags,
    LimitRequest limits,
    Optional<NetworkPolicy> network,
    OptionalInt vcpus,
    Map<String, String> labels,
    Optional<byte[]> expectedOutput,
    String client,
    Optional<String> idempotencyKey) {

  /** Who submits when nothing is known about it. */
  public static final String ANYBODY = "";

  public NewJob {
    if (files.isEmpty()) {
      throw new IllegalArgumentException("a job needs at least one file");
    }
    files = List.copyOf(files);
    args = List.copyOf(args);
    env = Collections.unmodifiableMap(new LinkedHashMap<>(env));
    compilerFlags = List.copyOf(compilerFlags);
    labels = Collections.unmodifiableMap(new LinkedHashMap<>(labels));
  }

  /** One source file and its input, with every default. */
  public static NewJob of(String language, byte[] source, byte[] stdin) {
    return of(language, source, stdin, ANYBODY);
  }

  /** As {@link #of(String, byte[], byte[])}, for a client. */
  public static NewJob of(String language, byte[] source, byte[] stdin, String client) {
    return new NewJob(
        language,
        Optional.empty(),
        List.of(SourceFile.main(source)),
        stdin,
        List.of(),
        Map.of(),
        List.of(),
        LimitRequest.DEFAULTS,
        Optional.empty(),
        OptionalInt.empty(),
        Map.of(),
        Optional.empty(),
        client,
        Optional.empty());
  }
}
