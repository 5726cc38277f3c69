package dev.cloude.ejb.engine;

import dev.cloude.ejb.job.Claim;
import dev.cloude.ejb.job.Digests;
import dev.cloude.ejb.job.Receipt;
import dev.cloude.runtime.job.GuestReceipt;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Makes receipts. */
final class Receipts {
  private Receipts() {}

  /** What was run, as far as that is known. */
  static Receipt of(Claim claim, Optional<GuestReceipt> guest, String cloudeVersion) {
    Map<String, String> versions = new TreeMap<>();
    versions.put("cloude", cloudeVersion);
    guest.ifPresent(
        known -> {
          versions.put("language", known.languageVersion());
          versions.put("driver", known.driver());
        });
    return new Receipt(
        guest.map(GuestReceipt::kernelSha256).filter(text -> !text.isEmpty()),
        guest.map(GuestReceipt::imageFingerprint).filter(text -> !text.isEmpty()),
        Digests.ofFiles(claim.execution().files()),
        claim.execution().limits(),
        claim.execution().network(),
        claim.execution().vcpus(),
        guest.map(GuestReceipt::memoryMib).orElse(0),
        versions);
  }
}
