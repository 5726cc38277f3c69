package dev.cloude.cli;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** Reads the files that the user names. */
final class TextFile {
  private TextFile() {}

  /**
   * @param option the option that named the file, for the sentence
   * @return the file's text, nothing changed
   * @throws CliException if it cannot be read or is not UTF-8, which is all that the server takes
   */
  static String read(String option, Path path) {
    if (Files.isDirectory(path)) {
      throw CliException.usage(option + " names " + path + ", which is a folder.");
    }
    try {
      byte[] bytes = Files.readAllBytes(path);
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw CliException.usage(option + " names " + path + ", which is not UTF-8 text.", e);
    } catch (NoSuchFileException e) {
      throw CliException.usage(option + " names " + path + ", which does not exist.", e);
    } catch (IOException e) {
      throw CliException.usage(
          option + " names " + path + ", which cannot be read: " + e.getMessage(), e);
    }
  }
}
