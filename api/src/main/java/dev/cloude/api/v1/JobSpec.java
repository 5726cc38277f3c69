package dev.cloude.api.v1;

import java.util.List;
import java.util.Map;

/**
 * Body of {@code POST /api/v1/jobs}. Only {@code language} and a program ({@code source}, {@code
 * files} or both) are needed.
 *
 * @param language name or alias, with a version or a range behind an {@code @}
 * @param source content of the language's main file
 * @param files of the program; with {@code source}, those beside the main file
 * @param stdin standard input as UTF-8
 * @param stdinBase64 standard input byte for byte; not together with {@code stdin}
 * @param args of the program
 * @param env over that of the language
 * @param compilerFlags come after the language's compile command
 * @param limits what it may take
 * @param network {@code none} or {@code nat}
 * @param vcpus processors of the guest
 * @param labels for finding it again
 * @param expectedOutput what standard output is compared with, as UTF-8
 * @param expectedOutputBase64 the same byte for byte; not together with the other
 */
public record JobSpec(
    String language,
    String source,
    List<FileSpec> files,
    String stdin,
    String stdinBase64,
    List<String> args,
    Map<String, String> env,
    List<String> compilerFlags,
    LimitsBody limits,
    String network,
    Integer vcpus,
    Map<String, String> labels,
    String expectedOutput,
    String expectedOutputBase64) {}
