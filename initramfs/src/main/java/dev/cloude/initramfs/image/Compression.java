package dev.cloude.initramfs.image;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Locale;
import org.apache.commons.compress.compressors.gzip.GzipCompressorOutputStream;
import org.apache.commons.compress.compressors.gzip.GzipParameters;

/** How an image is compressed. The kernel recognizes either by its first bytes. */
public enum Compression {
  NONE(".cpio"),
  GZIP(".cpio.gz");

  private final String ending;

  Compression(String ending) {
    this.ending = ending;
  }

  /** The image file name's ending. */
  public String ending() {
    return ending;
  }

  /** Wraps a stream; the same bytes in give the same bytes out. */
  OutputStream compress(OutputStream out) throws IOException {
    if (this == NONE) {
      return out;
    }
    GzipParameters parameters = new GzipParameters();
    parameters.setModificationTime(0);
    return new GzipCompressorOutputStream(out, parameters);
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
