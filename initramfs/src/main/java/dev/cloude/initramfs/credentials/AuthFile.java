package dev.cloude.initramfs.credentials;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cloude.initramfs.error.ImageException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;

/** The file of credentials for one call of skopeo; one with secrets of helpers goes with it. */
public final class AuthFile implements AutoCloseable {
  private final Optional<Path> path;
  private final boolean temporary;
  private final List<String> failures;

  private AuthFile(Optional<Path> path, boolean temporary, List<String> failures) {
    this.path = path;
    this.temporary = temporary;
    this.failures = List.copyOf(failures);
  }

  /** For what needs no credentials. */
  public static AuthFile none() {
    return given(Optional.empty());
  }

  static AuthFile given(Optional<Path> path) {
    return new AuthFile(path, false, List.of());
  }

  static AuthFile written(Path folder, ObjectNode content, List<String> failures)
      throws ImageException {
    try {
      Path file =
          Files.createTempFile(
              folder,
              "auth",
              ".json",
              PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      // Also when the builder is told to end meanwhile.
      file.toFile().deleteOnExit();
      Files.write(file, CredentialFile.bytes(content));
      return new AuthFile(Optional.of(file), true, failures);
    } catch (IOException e) {
      throw new ImageException(
          ImageException.Code.OUTPUT,
          "Credentials cannot be handed over in %s (%s); make room."
              .formatted(folder, e.getMessage()),
          e);
    }
  }

  /** Empty: skopeo looks where it does by itself. */
  public Optional<Path> path() {
    return path;
  }

  /** Why helpers have told nothing, as sentences. */
  public List<String> failures() {
    return failures;
  }

  @Override
  public void close() throws ImageException {
    if (!temporary) {
      return;
    }
    try {
      Files.deleteIfExists(path.orElseThrow());
    } catch (IOException e) {
      throw new ImageException(
          ImageException.Code.OUTPUT,
          "%s, which holds credentials, cannot be removed (%s); remove it."
              .formatted(path.orElseThrow(), e.getMessage()),
          e);
    }
  }
}
