package dev.cloude.initramfs.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two processes and one image. */
class TwoBuildersTest {
  @TempDir Path folder;

  /** The other process: holds a lock until it is told to end or killed. */
  static final class Holder {
    private Holder() {}

    public static void main(String[] args) throws Exception {
      ImageLock lock = ImageLock.tryLock(Path.of(args[0])).orElseThrow();
      System.out.println("held");
      System.out.flush();
      System.in.read();
      lock.close();
    }
  }

  private Process hold(Path lockFile) throws Exception {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                Holder.class.getName(),
                lockFile.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    BufferedReader out =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    assertThat(out.readLine()).isEqualTo("held");
    return process;
  }

  @Test
  void theSecondWaitsForTheFirst() throws Exception {
    BuildFixture fixture = new BuildFixture(folder);
    Path out = Files.createDirectory(folder.resolve("out"));
    Process first = hold(out.resolve(".python-3.11.lock"));
    List<String> progress = new CopyOnWriteArrayList<>();
    fixture.reportTo(progress);
    CompletableFuture<BuiltImage> second =
        CompletableFuture.supplyAsync(
            () -> {
              try {
                return fixture.build();
              } catch (Exception e) {
                throw new AssertionError(e);
              }
            });
    Awaitility.await()
        .until(() -> progress.contains("python: waiting for another builder of this image"));
    assertThat(out.resolve("python-3.11.cpio")).doesNotExist();
    first.getOutputStream().close();
    assertThat(second.get(30, TimeUnit.SECONDS).built()).isTrue();
    assertThat(first.waitFor()).isZero();
  }

  @Test
  void aKilledBuilderGivesTheLockBack() throws Exception {
    BuildFixture fixture = new BuildFixture(folder);
    Path out = Files.createDirectory(folder.resolve("out"));
    Process first = hold(out.resolve(".python-3.11.lock"));
    first.destroyForcibly().waitFor();
    assertThat(fixture.build().built()).isTrue();
  }

  @Test
  void onlyOneGetsTheLock() throws Exception {
    Path file = folder.resolve("lock");
    ImageLock first = ImageLock.tryLock(file).orElseThrow();
    assertThat(ImageLock.tryLock(file)).isEmpty();
    first.close();
    ImageLock.tryLock(file).orElseThrow().close();
  }
}
