package dev.cloude.runtime.agent;

import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.cloude.runtime.agent.AgentException.Code;
import dev.cloude.runtime.job.ExecutionPhase;
import dev.cloude.runtime.job.ExecutionResult;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Speaks with one guest's agent. Used by one thread; {@link #abort} may be called by any and ends
 * whatever the client waits for.
 */
public final class AgentClient {
  /** Where an agent listens that is reached over the network. */
  public static final int PORT = 3001;

  private static final String FRAMES = "application/vnd.cloude.frames";
  private static final int MAX_ERROR_BYTES = 64 * 1024;
  private static final byte[] NO_BODY = {};
  private static final JsonMapper JSON = new JsonMapper();

  private static final Duration HEALTH_LIMIT = Duration.ofSeconds(2);
  private static final Duration CONNECT_LIMIT = Duration.ofSeconds(5);

  /** The agent sends a keep-alive every second. */
  private static final Duration SILENCE_LIMIT = Duration.ofSeconds(15);

  /** Four streams, at worst in frames of one byte each; and keep-alives for hours. */
  private static final long BUDGET_FACTOR = 4 * (Frame.HEADER_BYTES + 1);

  private static final long BUDGET_BASE = 1 << 20;

  private final AgentChannel channel;
  private final Ticker ticker;
  private final Object lock = new Object();

  /** Guarded by {@link #lock}. */
  private GuestConnection current;

  /** Guarded by {@link #lock}; once true, it stays true. */
  private boolean aborted;

  public AgentClient(AgentChannel channel, Ticker ticker) {
    this.channel = channel;
    this.ticker = ticker;
  }

  /**
   * Asks once whether the agent is there.
   *
   * @param limit for the connection alone; a guest that is still booting does not answer at all
   * @param overall for everything
   */
  public boolean isHealthy(Duration limit, Deadline overall) {
    Duration most = limit.plus(HEALTH_LIMIT);
    Duration left = overall.remaining();
    Deadline deadline = Deadline.after(left.compareTo(most) < 0 ? left : most, ticker);
    try (GuestConnection connection = open(deadline, limit)) {
      HttpExchange answer =
          HttpExchange.send(connection.input(), connection.output(), "GET", "/health", NO_BODY);
      return answer.status() == 200;
    } catch (IOException | AgentException e) {
      return false;
    }
  }

  /**
   * Makes one attempt at an execution: starts it, or attaches to it when the agent has it already,
   * and reads its frames from the first to the last. Once a frame has come, it only attaches: an
   * agent that has forgotten the execution must not run it again.
   *
   * @param relay gets the frames; the same for every attempt
   * @param deadline when the whole must be over; set anew by the progress
   * @param progress hears when a phase begins, before anything else is read
   * @throws AgentException saying whether the request may be repeated
   */
  public ExecutionResult execute(
      AgentRequest request, OutputRelay relay, Deadline deadline, Consumer<ExecutionPhase> progress)
      throws AgentException {
    try (GuestConnection connection = open(deadline, CONNECT_LIMIT)) {
      HttpExchange answer =
          HttpExchange.send(
              connection.input(),
              connection.output(),
              relay.begun() ? "GET" : "POST",
              "/v1/executions/" + request.id(),
              relay.begun() ? NO_BODY : request.toJson());
      if (answer.status() != 200) {
        throw refusal(answer, relay.begun());
      }
      if (!answer.contentType().equals(FRAMES)) {
        throw new AgentException(Code.PROTOCOL, "the agent's answer is not a stream of frames");
      }
      return collect(answer.body(), request, relay, connection, progress);
    } catch (ConnectException e) {
      throw new AgentException(Code.REFUSED_CONNECTION, clause(e), e);
    } catch (IOException e) {
      throw new AgentException(Code.TRANSPORT, clause(e), e);
    }
  }

  /** Ends what this client waits for, now and later. Its calls fail with a transport error. */
  public void abort() {
    synchronized (lock) {
      aborted = true;
      if (current != null) {
        current.close();
      }
    }
  }

  private static ExecutionResult collect(
      InputStream body,
      AgentRequest request,
      OutputRelay relay,
      GuestConnection connection,
      Consumer<ExecutionPhase> progress)
      throws AgentException, IOException {
    long budget = BUDGET_FACTOR * request.limits().outputBytes() + BUDGET_BASE;
    FrameReader frames = new FrameReader(body, budget);
    relay.restart();
    while (true) {
      Frame frame = frames.next();
      if (frame.type() == Frame.Type.END) {
        return relay.result(EndReport.parse(frame.payload()));
      }
      Optional<ExecutionPhase> begins = relay.accept(frame);
      if (begins.isPresent()) {
        progress.accept(begins.get());
        connection.deadlineMoved();
      }
    }
  }

  private static AgentException refusal(HttpExchange answer, boolean begun) throws IOException {
    int status = answer.status();
    byte[] body = answer.body().readNBytes(MAX_ERROR_BYTES);
    String sentence;
    try {
      sentence = GuestText.printable(JSON.readTree(body).path("error").asText());
    } catch (IOException e) {
      sentence = "";
    }
    String message =
        "the agent answered with status %d%s"
            .formatted(status, sentence.isEmpty() ? "" : ": " + sentence);
    boolean later = status == 429 || status >= 500;
    if (begun && (status == 404 || status == 410)) {
      return new AgentException(Code.FORGOTTEN, message);
    }
    return new AgentException(later ? Code.BUSY : Code.REFUSED, message);
  }

  private static String clause(IOException e) {
    String why = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    return why.endsWith(".") ? why.substring(0, why.length() - 1) : why;
  }

  private GuestConnection open(Deadline deadline, Duration limit) throws IOException {
    GuestConnection connection =
        new GuestConnection(channel.newConnection(), deadline, SILENCE_LIMIT);
    synchronized (lock) {
      if (aborted) {
        connection.close();
        throw new IOException("the VM is gone");
      }
      current = connection;
    }
    try {
      connection.open(limit);
      return connection;
    } catch (IOException e) {
      connection.close();
      throw e;
    }
  }
}
