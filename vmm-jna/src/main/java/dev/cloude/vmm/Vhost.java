package dev.cloude.vmm;

/**
 * Whether the host's kernel ({@code /dev/vhost-net}) moves the frames of a guest's network device,
 * instead of this process. That takes less time for each frame; frames and bytes are then not
 * counted in {@link Traffic}, and cannot be limited.
 */
public enum Vhost {
  /** Where the host offers it and {@link Limits} has none for frames. */
  AUTO,
  /** In any case: where it cannot be, the VM does not start. */
  ON,
  /** Never. */
  OFF
}
