package dev.cloude.vmm.fuzz;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.junit.jupiter.api.DynamicContainer.dynamicContainer;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * Replays the corpus without a fuzzer: what was found once stays mended. One folder for each
 * target, named as its class.
 */
class FuzzCorpusTest {
  private static final Path CORPUS = Path.of("src/test/fuzz");
  private static final long MAX_BYTES = 1 << 20;
  private static final int RANDOM_INPUTS = 50;

  @TestFactory
  Stream<DynamicNode> everyInputKeepsTheRules() throws IOException {
    return list(CORPUS).stream()
        .map(folder -> dynamicContainer(folder.getFileName().toString(), replays(folder)));
  }

  @Test
  void theCorpusStaysSmall() throws IOException {
    try (Stream<Path> files = Files.walk(CORPUS)) {
      assertThat(files.mapToLong(f -> f.toFile().length()).sum()).isLessThan(MAX_BYTES);
    }
  }

  private static Stream<DynamicTest> replays(Path folder) {
    try {
      Method target =
          Class.forName(folder.getFileName().toString())
              .getMethod("fuzzerTestOneInput", byte[].class);
      List<Path> inputs = list(folder);
      assertThat(inputs).as("inputs in %s", folder).isNotEmpty();
      return Stream.concat(
          inputs.stream()
              .map(
                  file ->
                      dynamicTest(
                          file.getFileName().toString(),
                          () -> replay(target, Files.readAllBytes(file)))),
          Stream.of(dynamicTest("random bytes", () -> replayRandom(target))));
    } catch (ReflectiveOperationException | IOException e) {
      throw new IllegalStateException("The folder " + folder + " must name a fuzz target.", e);
    }
  }

  private static void replay(Method target, byte[] input) {
    assertThatCode(() -> target.invoke(null, (Object) input)).doesNotThrowAnyException();
  }

  private static void replayRandom(Method target) {
    Random random = new Random(1);
    for (int i = 0; i < RANDOM_INPUTS; i++) {
      byte[] input = new byte[i * 20];
      random.nextBytes(input);
      replay(target, input);
    }
  }

  private static List<Path> list(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.sorted().toList();
    }
  }
}
