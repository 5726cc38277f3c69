package dev.cloude.web.answer;

import dev.cloude.api.v1.OutputEventBody;
import dev.cloude.api.v1.StreamBody;
import dev.cloude.ejb.job.JobEvent;
import dev.cloude.ejb.job.StreamResult;
import dev.cloude.web.json.Utf8;

/** Bytes that programs wrote. */
public final class Streams {
  private Streams() {}

  static StreamBody of(StreamResult stream) {
    byte[] bytes = stream.bytes();
    return new StreamBody(
        Utf8.text(bytes), Utf8.base64(bytes), stream.totalBytes(), stream.truncated());
  }

  /** Data of an {@code output} event. */
  public static OutputEventBody of(JobEvent.Output output) {
    byte[] bytes = output.bytes();
    return new OutputEventBody(
        WireNames.of(output.stream()), output.offset(), Utf8.text(bytes), Utf8.base64(bytes));
  }
}
