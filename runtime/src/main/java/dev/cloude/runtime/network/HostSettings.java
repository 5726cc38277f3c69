package dev.cloude.runtime.network;

import java.io.IOException;

/** The kernel's network settings, as in {@code sysctl net.*}. */
interface HostSettings {

  /**
   * Sets one value; no effect when it has it already.
   *
   * @param name with slashes, below {@code /proc/sys/net}
   * @return false when this kernel has no such setting
   */
  boolean set(String name, String value) throws IOException;
}
