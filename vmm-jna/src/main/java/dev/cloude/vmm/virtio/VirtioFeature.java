package dev.cloude.vmm.virtio;

/** Feature bits of the ring and the transport (virtio 1.2, section 6), as masks. */
public final class VirtioFeature {
  /** The driver says after which entry it wants an interrupt or a kick. */
  public static final long EVENT_IDX = 1L << 29;

  /** The device follows version 1 of the standard; not negotiable here. */
  public static final long VERSION_1 = 1L << 32;

  private VirtioFeature() {}
}
