package dev.cloude.runtime.job;

import java.util.Map;

/** What this node has, for those who show it. Implemented as a CDI bean. */
public interface NodeInventory {

  /** How many VMs are in each state; the names are in lower case. */
  Map<String, Integer> vms();

  /** By part: {@code cloude}, {@code driver}, {@code java}, {@code kernel} (the host's). */
  Map<String, String> versions();

  /**
   * Whether a language's image is there.
   *
   * @param language name in the catalogue
   */
  boolean hasImage(String language);
}
