package dev.cloude.initramfs;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** Whether registries and archives are asked for something newer. */
final class RefreshOptions {
  @Option(names = "--refresh", description = "look for newer packages and images")
  private boolean now;

  @Option(
      names = "--refresh-after",
      paramLabel = "AGE",
      converter = Age.class,
      description = "as --refresh, where that was AGE ago (90s, 30m, 12h, 7d)")
  private Optional<Duration> after = Optional.empty();

  Optional<Duration> age() {
    return now ? Optional.of(Duration.ZERO) : after;
  }

  static final class Age implements ITypeConverter<Duration> {
    private static final Pattern FORM = Pattern.compile("(\\d{1,5})([smhd])");
    private static final Map<String, Duration> UNITS =
        Map.of(
            "s", Duration.ofSeconds(1),
            "m", Duration.ofMinutes(1),
            "h", Duration.ofHours(1),
            "d", Duration.ofDays(1));

    @Override
    public Duration convert(String text) {
      Matcher form = FORM.matcher(text);
      if (!form.matches()) {
        throw new TypeConversionException(
            "\"" + text + "\" is not an age; use a number and s, m, h or d, for example 7d.");
      }
      return UNITS.get(form.group(2)).multipliedBy(Long.parseLong(form.group(1)));
    }
  }
}
