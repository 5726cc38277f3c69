package dev.cloude.runtime.config;

import java.nio.file.Path;
import java.util.Optional;

/**
 * Where root filesystems are, and what they are built from.
 *
 * @param catalogue the language catalogue ({@code LANGUAGES_CONFIG_PATH})
 * @param directory the images' folder ({@code VM_INITRAMFS_DIR})
 * @param agentBinary the agent that goes into images ({@code AGENT_BINARY_PATH})
 * @param initScript the script that starts it, if it is not /init itself ({@code INIT_SCRIPT_PATH})
 * @param root where guests have their root filesystems ({@code VM_ROOT})
 */
public record ImageSettings(
    Path catalogue, Path directory, Path agentBinary, Optional<Path> initScript, Root root) {

  /** Where a guest has its root filesystem. */
  public enum Root {
    /** On a disk where the driver has disks and the image was built as one, else in memory. */
    AUTO,
    /** In memory, unpacked by the kernel. */
    MEMORY,
    /** On a read-only disk, with what programs change in memory. */
    DISK
  }

  /** Reads and checks the images' settings. */
  public static ImageSettings from(Settings settings) {
    return new ImageSettings(
        settings.path("LANGUAGES_CONFIG_PATH", "./config/languages.json"),
        settings.path("VM_INITRAMFS_DIR", "./tmp"),
        settings.path("AGENT_BINARY_PATH", "./cloude-agentd"),
        settings.text("INIT_SCRIPT_PATH").map(text -> settings.path("INIT_SCRIPT_PATH", text)),
        settings.choice("VM_ROOT", Root.AUTO));
  }
}
