package dev.cloude.runtime.job;

import java.util.Map;
import java.util.Optional;

/** What this node has, for those who show it. Implemented as a CDI bean. */
public interface NodeInventory {

  /** How many VMs are in each state; the names are in lower case. */
  Map<String, Integer> vms();

  /** By part: {@code cloude}, {@code driver}, {@code java}, {@code kernel} (the host's). */
  Map<String, String> versions();

  /**
   * The language whose VM starts soonest: the one with the smallest image, or any when none has
   * one; empty when the catalogue cannot be read.
   */
  Optional<String> smallestLanguage();
}
