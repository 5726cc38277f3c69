package dev.cloude.initramfs.source;

import dev.cloude.initramfs.error.ImageException;
import java.util.Optional;

/** Where a root filesystem comes from. */
public interface RootSource {

  /**
   * Canonical text of what is asked for; the same text means the same request, though what it
   * stands for can change with time.
   */
  String spec();

  /**
   * What the request stands for, found without a network.
   *
   * @param locked what it stood for when somebody last looked, if that was kept
   * @return empty when only fetching can tell
   */
  Optional<Resolution> pinned(Optional<Resolution> locked) throws ImageException;

  /**
   * Gives the root filesystem; fetches it when it is not at hand.
   *
   * @param locked as for {@link #pinned}
   * @param refresh whether to look for something newer than what is locked or at hand
   */
  RootTree open(Optional<Resolution> locked, boolean refresh) throws ImageException;
}
