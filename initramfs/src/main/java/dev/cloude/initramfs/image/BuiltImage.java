package dev.cloude.initramfs.image;

import java.nio.file.Path;

/**
 * The outcome for one image.
 *
 * @param name of the language that owns the image
 * @param built whether it was written now; otherwise the present one was still right
 * @param file the image
 * @param bytes its size
 */
public record BuiltImage(String name, boolean built, Path file, long bytes) {}
