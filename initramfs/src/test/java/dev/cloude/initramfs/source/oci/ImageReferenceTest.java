package dev.cloude.initramfs.source.oci;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ImageReferenceTest {
  private static final String DIGEST = "sha256:" + "ab".repeat(32);

  @ParameterizedTest
  @CsvSource({
    "python, docker.io/library/python:latest",
    "python:3.11-alpine, docker.io/library/python:3.11-alpine",
    "docker://python:3, docker.io/library/python:3",
    "index.docker.io/python:3, docker.io/library/python:3",
    "team/python:3, docker.io/team/python:3",
    "quay.io/team/python, quay.io/team/python:latest",
    "localhost/python:3, localhost/python:3",
    "localhost:5000/python:3, localhost:5000/python:3",
    "registry:5000/a/b__c/d-e:1_2, registry:5000/a/b__c/d-e:1_2",
    "Registry.Example:5000/a:B, registry.example:5000/a:B"
  })
  void fillsInWhatIsCustomary(String written, String canonical) throws Exception {
    assertThat(ImageReference.parse(written).address()).isEqualTo("docker://" + canonical);
  }

  @Test
  void aDigestDecides() throws Exception {
    ImageReference reference = ImageReference.parse("quay.io/python:3.11@" + DIGEST);
    assertThat(reference.address()).isEqualTo("docker://quay.io/python@" + DIGEST);
    assertThat(reference.tag()).isEqualTo("3.11");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Python",
        "a//b",
        "a:b:c",
        "a@sha256:12",
        "a@md5:" + "0",
        "https://quay.io/python",
        "a b",
        "--all",
        "../a",
        "a/:1",
        "host.test/"
      })
  void refusesWhatIsNoReference(String text) {
    assertThatThrownBy(() -> ImageReference.parse(text))
        .hasMessageContaining(text)
        .hasMessageFindingMatch("; (use|only) ");
  }

  @ParameterizedTest
  @CsvSource({
    "localhost/a, true",
    "localhost:5000/a, true",
    "127.0.0.1:5000/a, true",
    "127.1.2.3/a, true",
    "'[::1]:5000/a', true",
    "localhost.example/a, false",
    "10.127.0.1:5000/a, false",
    "python, false",
    "host:127/a, false"
  })
  void knowsThisHost(String text, boolean loopback) throws Exception {
    assertThat(ImageReference.parse(text).isLoopback()).isEqualTo(loopback);
  }
}
