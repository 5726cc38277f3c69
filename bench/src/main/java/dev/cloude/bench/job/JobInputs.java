package dev.cloude.bench.job;

import java.nio.file.Path;
import java.util.Optional;

/**
 * What the benchmark's jobs run in.
 *
 * @param kernel Debian's
 * @param tuned of our own configuration, if it was built
 * @param image Python's archive; beside it lie its disk and what starts that
 */
public record JobInputs(Path kernel, Optional<Path> tuned, Path catalogue, Path image) {}
