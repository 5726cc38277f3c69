package dev.cloude.runtime.job;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

/** Keeps what an execution said while it went on. */
public class RecordedOutput implements ExecutionListener {
  public final List<ExecutionPhase> phases = new CopyOnWriteArrayList<>();
  public volatile Duration ready;
  private final Map<OutputStreamName, ByteArrayOutputStream> streams =
      new EnumMap<>(OutputStreamName.class);

  public RecordedOutput() {
    for (OutputStreamName stream : OutputStreamName.values()) {
      streams.put(stream, new ByteArrayOutputStream());
    }
  }

  @Override
  public void agentReady(Duration after) {
    ready = after;
  }

  @Override
  public void phase(ExecutionPhase phase) {
    phases.add(phase);
  }

  @Override
  public void output(OutputStreamName stream, byte[] bytes) {
    streams.get(stream).writeBytes(bytes);
  }

  public byte[] bytes(OutputStreamName stream) {
    return streams.get(stream).toByteArray();
  }

  public String text(OutputStreamName stream) {
    return streams.get(stream).toString(StandardCharsets.UTF_8);
  }
}
