package dev.cloude.vmm;

import dev.cloude.vmm.net.MacAddress;

/**
 * The host's side of a guest's network device.
 *
 * @param name of an existing TAP device
 * @param mac the guest's address
 */
public record TapAttachment(String name, MacAddress mac) {
  /**
   * @param mac as in {@code 02:c1:0a:00:00:02}; {@link IllegalArgumentException} when it is none
   */
  public TapAttachment(String name, String mac) {
    this(name, MacAddress.parse(mac));
  }
}
