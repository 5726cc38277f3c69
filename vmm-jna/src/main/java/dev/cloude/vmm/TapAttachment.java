package dev.cloude.vmm;

/**
 * The host's side of a guest's network device.
 *
 * @param name of an existing TAP device
 * @param mac the guest's address, as in {@code 02:c1:0a:00:00:02}
 */
public record TapAttachment(String name, String mac) {}
