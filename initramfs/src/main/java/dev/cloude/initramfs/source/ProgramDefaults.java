package dev.cloude.initramfs.source;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * How a root filesystem's maker wants programs to run, where nobody else says anything.
 *
 * @param env environment, in the maker's order
 * @param workingDir absolute path of the working folder, if there is one besides the root
 */
public record ProgramDefaults(Map<String, String> env, Optional<String> workingDir) {
  /** Nothing is said. */
  public static final ProgramDefaults NONE = new ProgramDefaults(Map.of(), Optional.empty());

  public ProgramDefaults {
    env = Collections.unmodifiableMap(new LinkedHashMap<>(env));
  }
}
