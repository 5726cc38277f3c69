package dev.cloude.runtime.agent;

import dev.cloude.runtime.agent.AgentException.Code;
import java.io.ByteArrayOutputStream;
import java.util.EnumMap;
import java.util.Map;

/** Puts an execution's frames together. Holds at most the limit of each stream. */
final class OutputCollector {
  private final int limit;
  private final Map<Frame.Type, Stream> streams = new EnumMap<>(Frame.Type.class);

  /**
   * @param limit most bytes of each stream
   */
  OutputCollector(int limit) {
    this.limit = limit;
    for (Frame.Type type :
        new Frame.Type[] {
          Frame.Type.STDOUT,
          Frame.Type.STDERR,
          Frame.Type.COMPILER_STDOUT,
          Frame.Type.COMPILER_STDERR
        }) {
      streams.put(type, new Stream());
    }
  }

  /** Takes a frame; those that carry no output have no effect. */
  void accept(Frame frame) {
    Stream stream = streams.get(frame.type());
    if (stream != null) {
      stream.append(frame.payload());
    }
  }

  /**
   * The result, once the execution has ended.
   *
   * @throws AgentException when the agent could not run the program
   */
  AgentResult result(EndReport end) throws AgentException {
    if (end.error().isPresent()) {
      throw new AgentException(Code.REFUSED, "the agent could not run it: " + end.error().get());
    }
    // What a compiler said that succeeded is no output of the program.
    Stream out = streams.get(end.compiling() ? Frame.Type.COMPILER_STDOUT : Frame.Type.STDOUT);
    Stream err = streams.get(end.compiling() ? Frame.Type.COMPILER_STDERR : Frame.Type.STDERR);
    return new AgentResult(
        end.exitCode(),
        out.bytes.toByteArray(),
        err.bytes.toByteArray(),
        end.timedOut(),
        end.stdoutTruncated() || out.cut,
        end.stderrTruncated() || err.cut,
        end.compile(),
        end.run());
  }

  private final class Stream {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private boolean cut;

    void append(byte[] payload) {
      int room = Math.min(limit - bytes.size(), payload.length);
      bytes.write(payload, 0, room);
      cut |= room < payload.length;
    }
  }
}
