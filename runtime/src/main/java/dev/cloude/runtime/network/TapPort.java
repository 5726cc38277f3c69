package dev.cloude.runtime.network;

import dev.cloude.runtime.job.GuestAddress;
import dev.cloude.runtime.job.NetworkPolicy;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;

/**
 * A TAP device on the bridge, with the rights of the one guest that it is for. Closes in reverse
 * order of opening, and only what was opened.
 */
final class TapPort implements GuestPort {
  private static final Logger LOG = System.getLogger(TapPort.class.getName());

  private final Segment segment;
  private final String device;
  private final String mac;
  private final GuestAddress address;
  private final NetworkPolicy policy;

  /** Guarded by this. */
  private boolean present;

  /** Guarded by this. */
  private boolean admitted;

  /** Nothing is made yet; see {@link Segment#open}. */
  TapPort(Segment segment, String device, GuestAddress address, NetworkPolicy policy) {
    this.segment = segment;
    this.device = device;
    this.mac = PortNames.mac(address.address());
    this.address = address;
    this.policy = policy;
  }

  synchronized void open() throws IOException {
    admitted = true;
    segment.admit(this);
    present = true;
    segment.add(this);
  }

  GuestAddress address() {
    return address;
  }

  /** What its guest may reach. */
  NetworkPolicy policy() {
    return policy;
  }

  @Override
  public String device() {
    return device;
  }

  @Override
  public String mac() {
    return mac;
  }

  @Override
  public synchronized void close() {
    if (present) {
      try {
        segment.remove(this);
      } catch (IOException e) {
        throw new IllegalStateException(
            "TAP device " + device + " could not be removed: " + e.getMessage(), e);
      }
      present = false;
    }
    if (admitted) {
      admitted = false;
      try {
        segment.dismiss(this);
      } catch (IOException e) {
        // The device is gone, so the entry lets nobody in; the next start drops it.
        LOG.log(Level.WARNING, "A rule for {0} stays until the next start: {1}", device, e);
      }
      segment.forget(this);
    }
  }
}
