package dev.cloude.ejb.job;

/**
 * A piece of a stream.
 *
 * @param bytes from {@code from} on; empty when nothing is there (yet)
 * @param from offset of the first byte
 * @param available how many bytes of the stream there are now
 * @param complete whether {@code available} does not grow any more
 * @param truncated whether the program wrote more than was kept; false until that is known
 */
public record OutputSlice(
    byte[] bytes, long from, long available, boolean complete, boolean truncated) {}
