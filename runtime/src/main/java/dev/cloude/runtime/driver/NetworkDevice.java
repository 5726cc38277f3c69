package dev.cloude.runtime.driver;

/**
 * A guest's network interface.
 *
 * @param tap an existing TAP device
 * @param mac of the guest's side, as in {@code 02:c1:0a:27:01:02}
 */
public record NetworkDevice(String tap, String mac) {}
