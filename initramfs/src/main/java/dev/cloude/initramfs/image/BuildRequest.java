package dev.cloude.initramfs.image;

import java.nio.file.Path;
import java.util.Optional;

/**
 * What goes into every image of one run, and where the images go.
 *
 * @param output folder of the images, made when missing
 * @param agent the guest's agent, a static program
 * @param init start script; without it the agent is {@code /init}
 * @param modules folder of kernel modules with their order
 * @param refresh whether to ask the sources for something newer
 */
public record BuildRequest(
    Path output,
    Path agent,
    Optional<Path> init,
    Optional<Path> modules,
    Compression compression,
    boolean refresh) {}
