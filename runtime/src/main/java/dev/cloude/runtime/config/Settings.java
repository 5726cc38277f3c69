package dev.cloude.runtime.config;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.eclipse.microprofile.config.Config;

/**
 * Settings by name, as text from outside turned into values. A blank value counts as not set. Every
 * method throws {@link SettingException} when the text does not fit.
 */
public final class Settings {
  private final Function<String, Optional<String>> source;

  /**
   * @param source finds the text of a setting
   */
  public Settings(Function<String, Optional<String>> source) {
    this.source = source;
  }

  /** The settings of this application: environment, system properties, property files. */
  public static Settings of(Config config) {
    return new Settings(name -> config.getOptionalValue(name, String.class));
  }

  /** The text without surrounding white space; empty when not set or blank. */
  public Optional<String> text(String name) {
    return source.apply(name).map(String::strip).filter(text -> !text.isEmpty());
  }

  /** The text, or the default. */
  public String text(String name, String byDefault) {
    return text(name).orElse(byDefault);
  }

  /** A whole number from {@code min} to {@code max}, both allowed. */
  public int number(String name, int byDefault, int min, int max) {
    return optionalNumber(name, min, max).orElse(byDefault);
  }

  /** As {@link #number}, for a setting whose default depends on something else. */
  public Optional<Integer> optionalNumber(String name, int min, int max) {
    Optional<String> text = text(name);
    if (text.isEmpty()) {
      return Optional.empty();
    }
    String allowed = "a whole number from " + min + " to " + max;
    try {
      int value = Integer.parseInt(text.get());
      if (value < min || value > max) {
        throw new SettingException(name, text.get(), allowed);
      }
      return Optional.of(value);
    } catch (NumberFormatException e) {
      SettingException bad = new SettingException(name, text.get(), allowed);
      bad.addSuppressed(e);
      throw bad;
    }
  }

  /** True for true, 1, yes, on; false for false, 0, no, off; in any case. */
  public boolean flag(String name, boolean byDefault) {
    Optional<String> text = text(name);
    if (text.isEmpty()) {
      return byDefault;
    }
    switch (text.get().toLowerCase(Locale.ROOT)) {
      case "true":
      case "1":
      case "yes":
      case "on":
        return true;
      case "false":
      case "0":
      case "no":
      case "off":
        return false;
      default:
        throw new SettingException(
            name, text.get(), "true, 1, yes or on, or else false, 0, no or off");
    }
  }

  /** One of an enum's constants, written in lower case. */
  public <E extends Enum<E>> E choice(String name, E byDefault) {
    Optional<String> text = text(name);
    if (text.isEmpty()) {
      return byDefault;
    }
    E[] choices = byDefault.getDeclaringClass().getEnumConstants();
    for (E choice : choices) {
      if (written(choice).equals(text.get().toLowerCase(Locale.ROOT))) {
        return choice;
      }
    }
    String all = Arrays.stream(choices).map(Settings::written).collect(Collectors.joining(", "));
    throw new SettingException(name, text.get(), "one of " + all);
  }

  /** A path, made absolute from the server's working folder. */
  public Path path(String name, String byDefault) {
    String text = text(name, byDefault);
    try {
      return Path.of(text).toAbsolutePath().normalize();
    } catch (InvalidPathException e) {
      SettingException bad = new SettingException(name, text, "a path");
      bad.addSuppressed(e);
      throw bad;
    }
  }

  private static String written(Enum<?> choice) {
    return choice.name().toLowerCase(Locale.ROOT);
  }
}
