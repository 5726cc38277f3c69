package dev.cloude.ejb.language;

import java.util.List;

/** A client named a language that the catalogue does not have. The message is for the client. */
public class UnsupportedLanguageException extends Exception {
  private static final long serialVersionUID = 1L;

  /** The language is there, but not in a version that the client accepts. */
  UnsupportedLanguageException(String name, String wanted, String version) {
    super("Unsupported version of %s: %s. This server has %s".formatted(name, wanted, version));
  }

  UnsupportedLanguageException(String asWritten, List<String> supported) {
    super(
        "Unsupported language: %s. Supported languages: %s"
            .formatted(asWritten, String.join(", ", supported)));
  }
}
