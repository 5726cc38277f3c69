package dev.cloude.runtime.config;

import dev.cloude.vmm.Vhost;

/**
 * How frames get to guests and from them.
 *
 * @param vhost whether the host's kernel moves them ({@code VM_VHOST})
 */
public record FrameSettings(Vhost vhost) {
  /** Reads and checks the setting. */
  public static FrameSettings from(Settings settings) {
    return new FrameSettings(settings.choice("VM_VHOST", Vhost.AUTO));
  }
}
