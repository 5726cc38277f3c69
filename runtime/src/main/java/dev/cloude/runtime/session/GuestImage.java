package dev.cloude.runtime.session;

import java.nio.file.Path;
import java.util.Optional;

/**
 * What guests of a language start from.
 *
 * @param initrd for the kernel to unpack: the root filesystem, or what mounts the one on the disk
 * @param disk the root filesystem, unless it is unpacked
 */
record GuestImage(Path initrd, Optional<Path> disk) {}
