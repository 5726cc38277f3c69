package dev.cloude.ejb.job;

/** A client asks for more than the node allows. The message is for the client. */
public class LimitExceededException extends Exception {
  private static final long serialVersionUID = 1L;

  private final String field;
  private final String value;
  private final String least;
  private final String ceiling;

  /**
   * @param field as in the API: {@code limits.memory_bytes}, {@code vcpus}, {@code network}
   * @param value that was asked for
   * @param least that is possible
   * @param ceiling most that the node allows
   */
  public LimitExceededException(String field, String value, String least, String ceiling) {
    super("%s is %s, but must be from %s to %s.".formatted(field, value, least, ceiling));
    this.field = field;
    this.value = value;
    this.least = least;
    this.ceiling = ceiling;
  }

  /**
   * The same for a job that is part of something larger.
   *
   * @param prefix of the field's name
   */
  public LimitExceededException within(String prefix) {
    return new LimitExceededException(prefix + field, value, least, ceiling);
  }

  /** As in the API: {@code limits.run_wall_ms}. */
  public String field() {
    return field;
  }

  /** What was asked for. */
  public String value() {
    return value;
  }

  /** The least that is possible. */
  public String least() {
    return least;
  }

  /** The most that the node allows. */
  public String ceiling() {
    return ceiling;
  }
}
