package dev.cloude.runtime.agent;

/** The conversation with an agent failed. The message is a clause without a full stop. */
public class AgentException extends Exception {
  private static final long serialVersionUID = 1L;

  /** What that means for a request. */
  public enum Code {
    /** No answer, or it broke off; the same request may be made again. */
    TRANSPORT,
    /** Nobody listens at the agent's port; the same request may be made again. */
    REFUSED_CONNECTION,
    /** The agent cannot take the request now; it may be made again. */
    BUSY,
    /** What came is not what the protocol allows; asking again would not help. */
    PROTOCOL,
    /** The agent does not know an execution any more that had begun; it must not run again. */
    FORGOTTEN,
    /** The agent refused the request; asking again would not help. */
    REFUSED
  }

  private final Code code;

  public AgentException(Code code, String message) {
    super(message);
    this.code = code;
  }

  public AgentException(Code code, String message, Throwable cause) {
    super(message, cause);
    this.code = code;
  }

  public Code code() {
    return code;
  }

  /** Whether the same request, with the same id, may be made again. */
  public boolean mayBeRepeated() {
    return switch (code) {
      case TRANSPORT, REFUSED_CONNECTION, BUSY -> true;
      case PROTOCOL, FORGOTTEN, REFUSED -> false;
    };
  }
}
