package dev.cloude.initramfs.source.oci;

import dev.cloude.initramfs.error.ImageException;
import dev.cloude.initramfs.process.Command;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.commons.compress.compressors.gzip.GzipCompressorInputStream;

/**
 * Turns a layer's blob into an uncompressed tar file. The compression is told by the first bytes,
 * because media types of real images are not always true.
 */
final class LayerBlob {
  private static final int MAGIC_BYTES = 4;

  private LayerBlob() {}

  /**
   * @param blob verified
   * @param scratch where the uncompressed archive goes when the blob is compressed
   */
  static Path uncompressed(Path blob, Path scratch, String what) throws ImageException {
    try {
      byte[] magic = new byte[MAGIC_BYTES];
      try (InputStream in = Files.newInputStream(blob)) {
        in.readNBytes(magic, 0, MAGIC_BYTES);
      }
      if (magic[0] == 0x1f && magic[1] == (byte) 0x8b) {
        gunzip(blob, scratch);
        return scratch;
      }
      // 0xFD2FB528, little-endian (RFC 8878, section 3.1.1).
      if (magic[0] == 0x28
          && magic[1] == (byte) 0xb5
          && magic[2] == 0x2f
          && magic[3] == (byte) 0xfd) {
        unzstd(blob, scratch, what);
        return scratch;
      }
      return blob;
    } catch (IOException e) {
      throw new ImageException(
          ImageException.Code.SOURCE,
          "%s could not be uncompressed (%s); fetch the image again, or make room in %s."
              .formatted(what, e.getMessage(), scratch.getParent()),
          e);
    }
  }

  private static void gunzip(Path blob, Path target) throws IOException {
    try (InputStream in =
        new GzipCompressorInputStream(
            new BufferedInputStream(Files.newInputStream(blob), 1 << 16), true)) {
      Files.copy(in, target);
    }
  }

  private static void unzstd(Path blob, Path target, String what) throws ImageException {
    Path zstd =
        Command.find("zstd")
            .orElseThrow(
                () ->
                    new ImageException(
                        ImageException.Code.TOOL_MISSING,
                        what
                            + " is compressed by zstd, and the zstd program is not installed; run"
                            + " \"apt-get install zstd\"."));
    new Command(List.of(zstd.toString(), "-d", "-c", "-q"))
        .from(blob)
        .to(target)
        .run("uncompress " + what);
  }
}
