package dev.cloude.initramfs.registry;

import static java.util.function.Predicate.not;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cloude.initramfs.fixture.NewcArchive;
import dev.cloude.initramfs.fixture.NewcArchive.Member;
import dev.cloude.initramfs.fixture.OciLayoutBuilder;
import dev.cloude.initramfs.fixture.TarBuilder;
import dev.cloude.initramfs.process.Command;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * An image as registries have them: thousands of files of Debian's packages, packed by tar and
 * gzip, under a layer that changes a few. What comes out stays in {@code cloude.test.image.out}, so
 * that the long runs can start a guest from it.
 */
@Tag("registry")
class DebianImageTest {
  /** What the builder puts into every image, and the layer above. */
  private static final List<String> OTHERS =
      List.of(
          "init", "usr/bin/cloude-agentd", "usr/lib/cloude", "etc/cloude", "srv", "etc/mime.types");

  @TempDir Path folder;

  private static Path property(String name) {
    return Path.of(System.getProperty("cloude.test." + name));
  }

  @Test
  void everyFileOfItsPackagesComesThrough() throws Exception {
    Path archive = property("image");
    Path out = Files.createDirectories(property("image.out"));
    try (LoopbackRegistry registry = new LoopbackRegistry(folder.resolve("registry"), "")) {
      registry.push(layout(archive), "1", "debian/python:3.11");
      RegistryFixture images =
          new RegistryFixture(out)
              .startedBy(property("agent"), property("modules"))
              .entry("\"file\": \"main.py\", \"run\": [\"/usr/bin/python3\", \"main.py\"]");
      Map<String, Member> members = images.members(registry.address() + "/debian/python:3.11");

      assertThat(described(members))
          .hasSizeGreaterThan(500)
          .isEqualTo(described(NewcArchive.read(Files.readAllBytes(archive))));
      assertThat(members.keySet())
          .contains("usr/bin/cloude-agentd", "usr/lib/cloude/modules/order", "srv/app/greeting")
          .doesNotContain("etc/mime.types");
      assertThat(members.get("etc/cloude/image.json").text())
          .isEqualTo("{\"env\":{\"GREETING\":\"hello\"},\"working_dir\":\"/srv/app\"}\n");
    }
  }

  /** The archive's files but for the agent's, in a layer, and one above it. */
  private Path layout(Path archive) throws Exception {
    Path tree = Files.createDirectory(folder.resolve("tree"));
    new Command(List.of("cpio", "-idm", "--quiet", "-D", tree.toString()))
        .from(archive)
        .run("unpack the archive");
    for (String name : List.of("init", "usr/bin/cloude-agentd", "lib/cloude", "etc/cloude")) {
      new Command(List.of("rm", "-r", tree.resolve(name).toString())).run("take the agent out");
    }
    Path layer = folder.resolve("layer.tar");
    new Command(List.of("tar", "--numeric-owner", "-cf", layer.toString(), "-C", tree + "", "."))
        .run("pack the layer");
    byte[] plain = Files.readAllBytes(layer);
    new Command(List.of("gzip", layer.toString())).run("compress the layer");
    OciLayoutBuilder builder = new OciLayoutBuilder(folder.resolve("layout"));
    builder
        .layer(
            OciLayoutBuilder.LAYER + "+gzip",
            Files.readAllBytes(folder.resolve("layer.tar.gz")),
            plain)
        .gzipLayer(
            new TarBuilder().file("srv/app/greeting", "hello").file("etc/.wh.mime.types", ""))
        .program("\"Env\":[\"GREETING=hello\"],\"WorkingDir\":\"/srv/app\"");
    return builder.finish(builder.manifest("amd64", OciLayoutBuilder.tag("1")));
  }

  /** Kind, mode, owner and contents of what the packages brought. */
  private static Map<String, String> described(Map<String, Member> members) {
    return members.entrySet().stream()
        .filter(not(entry -> OTHERS.stream().anyMatch(entry.getKey()::startsWith)))
        .collect(
            Collectors.toMap(
                Map.Entry::getKey,
                entry -> {
                  Member member = entry.getValue();
                  return "%o %d:%d %d,%d %s"
                      .formatted(
                          member.mode(),
                          member.uid(),
                          member.gid(),
                          member.major(),
                          member.minor(),
                          OciLayoutBuilder.digest(member.body()));
                }));
  }
}
