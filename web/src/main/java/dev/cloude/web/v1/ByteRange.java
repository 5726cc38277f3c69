package dev.cloude.web.v1;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Which bytes of a stream a client wants (RFC 9110, section 14).
 *
 * @param kind what to do
 * @param from offset of the first byte
 * @param to offset after the last byte
 */
record ByteRange(Kind kind, long from, long to) {
  /** What a Range header leads to. */
  enum Kind {
    /** 200: no header, or one that a server must or may ignore. */
    ALL,
    /** 206. */
    PART,
    /** 416: nothing of it is there. */
    NONE
  }

  private static final Pattern ONE = Pattern.compile("bytes=[ \\t]*(\\d{0,18})-(\\d{0,18})[ \\t]*");

  /**
   * The range that a header means.
   *
   * @param header as sent; null when there is none
   * @param available bytes that there are
   */
  static ByteRange of(String header, long available) {
    Matcher form = ONE.matcher(header == null ? "" : header);
    if (!form.matches() || (form.group(1).isEmpty() && form.group(2).isEmpty())) {
      return new ByteRange(Kind.ALL, 0, available);
    }
    if (form.group(1).isEmpty()) {
      long last = Math.min(Long.parseLong(form.group(2)), available);
      return last == 0
          ? new ByteRange(Kind.NONE, 0, 0)
          : new ByteRange(Kind.PART, available - last, available);
    }
    long from = Long.parseLong(form.group(1));
    long last = form.group(2).isEmpty() ? Long.MAX_VALUE - 1 : Long.parseLong(form.group(2));
    if (last < from) {
      return new ByteRange(Kind.ALL, 0, available);
    }
    return from >= available
        ? new ByteRange(Kind.NONE, 0, 0)
        : new ByteRange(Kind.PART, from, Math.min(last + 1, available));
  }
}
