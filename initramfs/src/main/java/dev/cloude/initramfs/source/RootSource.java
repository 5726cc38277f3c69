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
   * @param lastBuilt what the present image was built from, if it is known
   * @return empty when only fetching can tell
   */
  Optional<Resolution> pinned(Optional<Resolution> lastBuilt) throws ImageException;

  /**
   * Gives the root filesystem; fetches it when it is not at hand.
   *
   * @param refresh whether to look for something newer than what is at hand
   */
  RootTree open(boolean refresh) throws ImageException;
}
