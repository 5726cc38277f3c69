package dev.cloude.initramfs.image;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * What goes into every image of one run, and where the images go.
 *
 * @param output folder of the images, made when missing
 * @param agent the guest's agent, a static program
 * @param init start script; without it the agent is {@code /init}
 * @param modules folder of kernel modules with their order
 * @param refreshAfter how long ago a source must have been asked before it is asked for something
 *     newer: zero for now, empty for never
 */
public record BuildRequest(
    Path output,
    Path agent,
    Optional<Path> init,
    Optional<Path> modules,
    Compression compression,
    Optional<Duration> refreshAfter) {}
