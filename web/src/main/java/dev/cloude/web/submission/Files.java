package dev.cloude.web.submission;

import dev.cloude.api.v1.FileSpec;
import dev.cloude.api.v1.JobSpec;
import dev.cloude.runtime.job.SourceFile;
import dev.cloude.web.problem.Quoted;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The files of a program. */
final class Files {
  private Files() {}

  /**
   * What the program consists of: the source as the main file, then the others.
   *
   * @param at goes before the names of fields in problems
   * @param mainFile what the language calls its main file
   */
  static List<SourceFile> of(JobSpec job, String at, String mainFile) {
    List<SourceFile> files = new ArrayList<>();
    Set<String> paths = new HashSet<>();
    if (job.source() != null) {
      files.add(SourceFile.main(Texts.utf8(at + "source", job.source())));
      paths.add(mainFile);
    }
    List<FileSpec> others = job.files() == null ? List.of() : job.files();
    String field = at + "files";
    if (others.size() > Shape.MOST_FILES) {
      throw Texts.bad(
          field,
          "has %d entries; at most %d are allowed".formatted(others.size(), Shape.MOST_FILES));
    }
    for (int i = 0; i < others.size(); i++) {
      files.add(file(others.get(i), field + "[" + i + "]", paths));
    }
    if (files.isEmpty()) {
      throw Texts.bad(at + "source", "is missing; send the program in source or in files");
    }
    if (!paths.contains(mainFile)) {
      throw Texts.bad(field, "has no %s, which this language runs".formatted(Quoted.of(mainFile)));
    }
    refuseFilesThatAreFolders(field, paths);
    return files;
  }

  private static SourceFile file(FileSpec file, String field, Set<String> paths) {
    if (file == null) {
      throw Texts.bad(field, "is null; send an object");
    }
    String path = path(field + ".path", file.path());
    if (!paths.add(path)) {
      throw Texts.bad(field + ".path", "is %s, which is there already".formatted(Quoted.of(path)));
    }
    byte[] content =
        Texts.bytes(field + ".content", file.content(), file.contentBase64())
            .orElseThrow(
                () -> Texts.bad(field + ".content", "is missing; send it or content_base64"));
    return new SourceFile(path, content);
  }

  private static String path(String field, String path) {
    if (path == null) {
      throw Texts.bad(field, "is missing");
    }
    int length = Texts.utf8(field, path).length;
    if (length > Shape.LONGEST_PATH_BYTES) {
      throw Texts.bad(
          field,
          "has %d bytes; at most %d are allowed".formatted(length, Shape.LONGEST_PATH_BYTES));
    }
    if (path.indexOf('\0') >= 0) {
      throw Texts.bad(field, "has a NUL in it");
    }
    for (String name : path.split("/", -1)) {
      if (name.isEmpty() || name.equals(".") || name.equals("..")) {
        throw Texts.bad(
            field, "is %s; it must be relative and of plain names".formatted(Quoted.of(path)));
      }
      if (Texts.utf8(field, name).length > Shape.LONGEST_FILE_NAME_BYTES) {
        throw Texts.bad(
            field, "has a name of more than %d bytes".formatted(Shape.LONGEST_FILE_NAME_BYTES));
      }
    }
    return path;
  }

  private static void refuseFilesThatAreFolders(String field, Set<String> paths) {
    for (String path : paths) {
      for (int slash = path.indexOf('/'); slash >= 0; slash = path.indexOf('/', slash + 1)) {
        String folder = path.substring(0, slash);
        if (paths.contains(folder)) {
          throw Texts.bad(field, "has %s as a file and as a folder".formatted(Quoted.of(folder)));
        }
      }
    }
  }
}
