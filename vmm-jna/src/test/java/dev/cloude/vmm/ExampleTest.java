package dev.cloude.vmm;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.jna.Native;
import java.io.File;
import java.io.StringWriter;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExampleTest {
  private static final Path EXAMPLE = Path.of("..", "examples", "BootLinux.java");

  @Test
  void theExampleCompilesWithTheMonitorAndJnaAlone(@TempDir Path folder) throws Exception {
    String classPath = origin(MicroVm.class) + File.pathSeparator + origin(Native.class);
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    StringWriter messages = new StringWriter();
    try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
      List<String> options =
          List.of("-Xlint:all", "-Werror", "-proc:none", "-cp", classPath, "-d", folder.toString());
      boolean good =
          compiler
              .getTask(
                  messages, files, null, options, null, files.getJavaFileObjects(EXAMPLE.toFile()))
              .call();
      assertThat(good).as(messages.toString()).isTrue();
    }
    assertThat(Files.readAllLines(EXAMPLE)).hasSizeLessThan(35);
  }

  private static Path origin(Class<?> type) throws URISyntaxException {
    return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
  }
}
