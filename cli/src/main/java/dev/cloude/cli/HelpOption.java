package dev.cloude.cli;

import picocli.CommandLine.Option;

/** The option that explains a command; shared by all. */
final class HelpOption {
  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "print this and leave")
  private boolean help;
}
