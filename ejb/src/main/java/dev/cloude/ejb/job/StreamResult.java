package dev.cloude.ejb.job;

import dev.cloude.runtime.job.OutputStreamName;
import java.util.Arrays;

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

  /** One stream of a result. */
  public static StreamResult of(JobResult result, OutputStreamName stream) {
    return switch (stream) {
      case STDOUT -> result.stdout();
      case STDERR -> result.stderr();
      case COMPILE_STDOUT -> result.compile().map(CompileResult::stdout).orElse(EMPTY);
      case COMPILE_STDERR -> result.compile().map(CompileResult::stderr).orElse(EMPTY);
    };
  }

  /** The bytes from one offset to another, as far as there are any. */
  OutputSlice slice(long from, long to) {
    int start = (int) Math.min(from, bytes.length);
    int end = (int) Math.max(start, Math.min(to, bytes.length));
    return new OutputSlice(
        Arrays.copyOfRange(bytes, start, end), start, bytes.length, true, truncated);
  }
}
