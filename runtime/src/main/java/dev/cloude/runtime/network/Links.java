package dev.cloude.runtime.network;

import java.io.IOException;
import java.net.Inet4Address;
import java.util.List;

/** The kernel's network devices. Failures are exceptions with a clause that says what failed. */
interface Links {

  /** Makes the bridge if it is missing, gives it its address and switches it on. */
  void ensureBridge(String bridge, Inet4Address address, int prefixLength) throws IOException;

  /** Whether the bridge is there and switched on. */
  boolean isUp(String bridge);

  /**
   * Makes a TAP device that lasts, joins it to the bridge as an isolated port that learns nothing,
   * tells bridge and host the guest's hardware address, and switches it on.
   */
  void addPort(String bridge, String device, String mac, Inet4Address address) throws IOException;

  /** Whether a TAP device is there, a port of the bridge, and switched on. */
  boolean isPort(String bridge, String device) throws IOException;

  /** Removes a TAP device with all that {@link #addPort} made; one that is missing is fine. */
  void removePort(String bridge, String device, Inet4Address address) throws IOException;

  /** Names of the TAP devices that begin with a prefix. */
  List<String> taps(String prefix) throws IOException;

  /** Removes a TAP device by name alone; one that is missing is fine. */
  void removeTap(String device) throws IOException;
}
