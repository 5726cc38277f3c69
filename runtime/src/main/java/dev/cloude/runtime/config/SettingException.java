package dev.cloude.runtime.config;

/**
 * A setting has a value that cannot be used. The message names the setting, the value and what is
 * allowed.
 */
public class SettingException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String setting;

  /**
   * @param setting name of the environment variable
   * @param value as it was given
   * @param allowed what may stand there, the end of a sentence: "a number from 1 to 30"
   */
  public SettingException(String setting, String value, String allowed) {
    super("%s is \"%s\", but must be %s.".formatted(setting, value, allowed));
    this.setting = setting;
  }

  /** Name of the environment variable. */
  public String setting() {
    return setting;
  }
}
