package dev.cloude.ejb.job;

/**
 * What one stream carried.
 *
 * @param bytes what is kept, at most the output limit
 * @param totalBytes how many were written, as far as that is known; at least those kept
 * @param truncated whether more was written than is kept
 */
public record StreamResult(byte[] bytes, long totalBytes, boolean truncated) {

  /** A stream that nothing was written to. */
  public static final StreamResult EMPTY = new StreamResult(new byte[0], 0, false);
}
