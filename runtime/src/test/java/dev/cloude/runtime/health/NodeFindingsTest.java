package dev.cloude.runtime.health;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloude.runtime.config.ImageSettings;
import dev.cloude.runtime.config.Settings;
import dev.cloude.runtime.config.VmSettings;
import dev.cloude.runtime.driver.DriverChoice;
import dev.cloude.runtime.driver.VmDriver;
import dev.cloude.runtime.driver.VmHandle;
import dev.cloude.runtime.driver.VmSpec;
import dev.cloude.runtime.job.GuestAddress;
import dev.cloude.runtime.job.NetworkPolicy;
import dev.cloude.runtime.job.NodeStatus;
import dev.cloude.runtime.job.NodeStatus.Subject;
import dev.cloude.runtime.network.GuestPort;
import dev.cloude.runtime.network.NodeNetwork;
import dev.cloude.runtime.session.GuestImages;
import dev.cloude.runtime.session.VmRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NodeFindingsTest {
  private static final String CATALOGUE =
      "{\"python\": {\"version\": \"3\", \"packages\": [\"python3\"], \"file\": \"m\","
          + " \"run\": [\"/p\"]}}";

  @TempDir Path folder;
  private final NodeStatus status = new NodeStatus();
  private final VmRegistry registry = new VmRegistry(Clock.systemUTC());

  @Test
  void aNodeThatHasEverythingIsUp() throws IOException {
    Files.writeString(folder.resolve("kernel"), "");
    Files.writeString(folder.resolve("languages.json"), CATALOGUE);
    Files.writeString(folder.resolve("python-3.cpio"), "");
    Files.writeString(folder.resolve("python-3.cpio.meta"), "");
    NodeFindings node = node(Optional.of(new NoDriver()), true, Clock.systemUTC());
    status.report(Subject.DATABASE, true, "It answers.");

    assertThat(node.driver()).isEqualTo(Finding.of("driver", true, "the reason"));
    assertThat(node.kernel().up()).isTrue();
    assertThat(node.images())
        .isEqualTo(Finding.of("images", true, "Every language has its image."));
    assertThat(node.imagesBuilt().name()).isEqualTo("images-built");
    assertThat(node.imagesBuilt().up()).isTrue();
    assertThat(node.bridge()).isEqualTo(Finding.of("bridge", true, "the bridge"));
    Finding database = node.reported(Subject.DATABASE);
    assertThat(database.name()).isEqualTo("database");
    assertThat(database.up()).isTrue();
    assertThat(database.data()).containsEntry("detail", "It answers.").containsKey("since");
  }

  @Test
  void aNodeThatLacksSomethingSaysWhat() throws IOException {
    NodeFindings node = node(Optional.empty(), false, Clock.systemUTC());

    assertThat(node.driver().up()).isFalse();
    assertThat(node.kernel().up()).isFalse();
    assertThat(node.kernel().data().get("detail")).asString().contains("VM_KERNEL_PATH");
    assertThat(node.images().up()).isFalse();
    assertThat(node.images().data().get("detail")).asString().contains("languages.json");
    assertThat(node.bridge().up()).isFalse();
    assertThat(node.reported(Subject.DATABASE).up()).isFalse();

    Files.writeString(folder.resolve("languages.json"), CATALOGUE);
    assertThat(node.images().data().get("detail")).asString().contains("no image: python");
  }

  @Test
  void imagesThatAreStillToComeKeepNobodyFromTheOthers() throws IOException {
    Files.writeString(
        folder.resolve("languages.json"),
        CATALOGUE
            .strip()
            .replaceFirst("}$", ", " + CATALOGUE.strip().substring(1).replace("python", "py2")));
    NodeFindings node = node(Optional.empty(), true, Clock.systemUTC());
    assertThat(node.images().up()).as("nothing can run").isFalse();
    Files.writeString(folder.resolve("python-3.cpio"), "");
    Files.writeString(folder.resolve("python-3.cpio.meta"), "");
    assertThat(node.images().up()).isTrue();
    assertThat(node.imagesBuilt().up()).isTrue();
    assertThat(node.images().data().get("detail")).isEqualTo("These languages have no image: py2.");
    Files.writeString(folder.resolve(".python-3.cpio.failed"), "{\"message\":\"No room.\"}");
    assertThat(node.images().up()).as("the old image is in use").isTrue();
    assertThat(node.images().data()).containsEntry("failed_python", "No room.");
  }

  @Test
  void aDispatcherThatStoppedLongAgoNeedsANewStart() {
    assertThat(node(Optional.empty(), true, Clock.systemUTC()).alive().up())
        .as("it has not begun yet")
        .isTrue();
    status.report(Subject.DISPATCHER, false, "It waits.");

    assertThat(node(Optional.empty(), true, in(Duration.ofMinutes(4))).alive().up()).isTrue();
    assertThat(node(Optional.empty(), true, in(Duration.ofMinutes(6))).alive().up()).isFalse();
  }

  @Test
  void guestsAreCounted() {
    Finding guests = node(Optional.empty(), true, Clock.systemUTC()).guests();

    assertThat(guests.up()).isTrue();
    assertThat(guests.data())
        .containsEntry("creating", 0L)
        .containsEntry("booting", 0L)
        .containsEntry("running", 0L)
        .containsEntry("stopping", 0L)
        .containsEntry("stuck", 0L)
        .containsEntry("agent_last", "no VM was started yet")
        .containsEntry("prepared_taps", 0L)
        .hasSize(7);
  }

  @Test
  void processesThatWaitAreCounted() {
    VmDriver ahead =
        new NoDriver() {
          @Override
          public OptionalInt prestarted() {
            return OptionalInt.of(2);
          }

          @Override
          public OptionalInt prepared() {
            return OptionalInt.of(3);
          }
        };
    assertThat(node(Optional.of(ahead), true, Clock.systemUTC()).guests().data())
        .containsEntry("prestarted", 2L)
        .containsEntry("prepared", 3L);
  }

  private NodeFindings node(Optional<VmDriver> driver, boolean bridge, Clock clock) {
    Map<String, String> values =
        Map.of(
            "VM_KERNEL_PATH", folder.resolve("kernel").toString(),
            "VM_INITRAMFS_DIR", folder.toString(),
            "LANGUAGES_CONFIG_PATH", folder.resolve("languages.json").toString());
    Settings settings = new Settings(name -> Optional.ofNullable(values.get(name)));
    return new NodeFindings(
        new DriverChoice(driver, "the reason"),
        new GuestImages(VmSettings.from(settings), ImageSettings.from(settings), false),
        new NoNetwork(bridge),
        registry,
        status,
        clock);
  }

  private static Clock in(Duration later) {
    return Clock.offset(Clock.systemUTC(), later);
  }

  private record NoNetwork(boolean up) implements NodeNetwork {
    @Override
    public void prepare() {
      throw new AssertionError("a check prepares nothing");
    }

    @Override
    public int devices() {
      return 0;
    }

    @Override
    public GuestPort attach(UUID execution, GuestAddress address, NetworkPolicy policy) {
      throw new AssertionError("a check attaches nothing");
    }

    @Override
    public Status status() {
      return new Status(up, "the bridge");
    }
  }

  private static class NoDriver implements VmDriver {
    @Override
    public String description() {
      return "none";
    }

    @Override
    public boolean emulated() {
      return false;
    }

    @Override
    public VmHandle start(VmSpec spec) {
      throw new AssertionError("a check starts nothing");
    }
  }
}
