package dev.cloude.initramfs.catalog;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What the seven languages of the original catalogue mean there without saying it: its entries hold
 * only {@code version} and {@code base_image}. Commands are looked up on the image's own PATH,
 * because official images put their tools in different folders.
 */
final class BuiltInLanguages {
  record Defaults(
      List<String> aliases,
      String file,
      Optional<List<String>> compile,
      List<String> run,
      Map<String, String> env) {}

  private static final Map<String, Defaults> ALL =
      Map.of(
          "python",
          interpreted(List.of("py"), "main.py", "python3", "main.py"),
          "node",
          interpreted(List.of("js", "javascript"), "main.js", "node", "main.js"),
          "rust",
          compiled(
              List.of("rs"), "main.rs", List.of("rustc", "-O", "-o", "main", "main.rs"), Map.of()),
          "c",
          compiled(
              List.of(), "main.c", List.of("gcc", "-O2", "-o", "main", "main.c", "-lm"), Map.of()),
          "cpp",
          compiled(
              List.of("c++"),
              "main.cpp",
              List.of("g++", "-O2", "-o", "main", "main.cpp"),
              Map.of()),
          "go",
          compiled(
              List.of("golang"),
              "main.go",
              List.of("go", "build", "-o", "main", "main.go"),
              Map.of("GOCACHE", "/tmp/go-cache", "GOPATH", "/tmp/go", "GOTOOLCHAIN", "local")),
          "java",
          new Defaults(
              List.of(),
              "Main.java",
              Optional.of(command(List.of("javac", "-d", ".", "Main.java"))),
              command(List.of("java", "-cp", ".", "Main")),
              Map.of()));

  private BuiltInLanguages() {}

  static Optional<Defaults> find(String name) {
    return Optional.ofNullable(ALL.get(name));
  }

  private static Defaults interpreted(List<String> aliases, String file, String... run) {
    return new Defaults(aliases, file, Optional.empty(), command(List.of(run)), Map.of());
  }

  private static Defaults compiled(
      List<String> aliases, String file, List<String> compile, Map<String, String> env) {
    return new Defaults(aliases, file, Optional.of(command(compile)), List.of("./main"), env);
  }

  private static List<String> command(List<String> words) {
    List<String> command = new ArrayList<>();
    command.add("/usr/bin/env");
    command.addAll(words);
    return command;
  }
}
