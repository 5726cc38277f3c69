package dev.cloude.web.event;

import jakarta.ws.rs.core.GenericType;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.sse.OutboundSseEvent;
import jakarta.ws.rs.sse.Sse;
import jakarta.ws.rs.sse.SseBroadcaster;
import jakarta.ws.rs.sse.SseEventSink;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** A client that keeps what it is sent, one line for each event, until it goes away. */
final class Recorder implements Sse, SseEventSink {
  final List<String> lines = new ArrayList<>();
  boolean closed;

  /** What the next sends wait for; null for nothing. */
  CompletableFuture<Object> slow;

  @Override
  public OutboundSseEvent.Builder newEventBuilder() {
    return new Event();
  }

  @Override
  public SseBroadcaster newBroadcaster() {
    throw new UnsupportedOperationException();
  }

  @Override
  public boolean isClosed() {
    return closed;
  }

  @Override
  public CompletionStage<?> send(OutboundSseEvent event) {
    lines.add(event.toString());
    return slow == null ? CompletableFuture.completedFuture(null) : slow;
  }

  @Override
  public void close() {
    closed = true;
  }

  private static final class Event implements OutboundSseEvent, OutboundSseEvent.Builder {
    private String id;
    private String name;
    private String comment;
    private Object data;

    @Override
    public String toString() {
      return comment != null ? ": " + comment : "%s %s %s".formatted(name, id, data);
    }

    @Override
    public Builder id(String value) {
      id = value;
      return this;
    }

    @Override
    public Builder name(String value) {
      name = value;
      return this;
    }

    @Override
    public Builder reconnectDelay(long milliseconds) {
      return this;
    }

    @Override
    public Builder mediaType(MediaType mediaType) {
      return this;
    }

    @Override
    public Builder comment(String value) {
      comment = value;
      return this;
    }

    @Override
    @SuppressWarnings("rawtypes")
    public Builder data(Class type, Object value) {
      return data(value);
    }

    @Override
    @SuppressWarnings("rawtypes")
    public Builder data(GenericType type, Object value) {
      return data(value);
    }

    @Override
    public Builder data(Object value) {
      data = value;
      return this;
    }

    @Override
    public OutboundSseEvent build() {
      return this;
    }

    @Override
    public Class<?> getType() {
      return String.class;
    }

    @Override
    public Type getGenericType() {
      return String.class;
    }

    @Override
    public MediaType getMediaType() {
      return MediaType.TEXT_PLAIN_TYPE;
    }

    @Override
    public Object getData() {
      return data;
    }

    @Override
    public String getId() {
      return id;
    }

    @Override
    public String getName() {
      return name;
    }

    @Override
    public String getComment() {
      return comment;
    }

    @Override
    public long getReconnectDelay() {
      return RECONNECT_NOT_SET;
    }

    @Override
    public boolean isReconnectDelaySet() {
      return false;
    }
  }
}
