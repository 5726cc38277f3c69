package dev.cloude.bench.images;

import java.nio.file.Path;
import java.util.Optional;

/**
 * What images are built of.
 *
 * @param builder the builder's jar
 * @param classes its classes as the launcher has a JVM keep them
 * @param catalogue whose languages are measured
 * @param agent the guest's agent
 * @param modules the guest kernel's modules
 * @param network the network namespace in which the builder finds the packages, as a file; guests
 *     are in another
 */
public record ImageInputs(
    Path builder, Optional<Path> classes, Path catalogue, Path agent, Path modules, Path network) {}
