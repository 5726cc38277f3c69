package dev.cloude.initramfs.source.oci;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * How registries are reached. What is empty is as skopeo finds it on this host.
 *
 * @param program name or path of skopeo
 * @param authFile credentials: {@code config.json} of Docker or {@code auth.json}
 * @param certDir certificate authorities ({@code *.crt}) and client certificates ({@code *.cert},
 *     {@code *.key})
 * @param registriesConf mirrors, registries.conf(5)
 * @param patience how long nothing may arrive before a transfer is given up
 */
public record SkopeoOptions(
    String program,
    Optional<Path> authFile,
    Optional<Path> certDir,
    Optional<Path> registriesConf,
    Duration patience) {

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  /** Everything as this host has it. */
  public static SkopeoOptions ofHost() {
    return new SkopeoOptions(
        "skopeo", Optional.empty(), Optional.empty(), Optional.empty(), PATIENCE);
  }

  /** With these files, where they are given. */
  public static SkopeoOptions of(
      Optional<Path> authFile, Optional<Path> certDir, Optional<Path> registriesConf) {
    return new SkopeoOptions("skopeo", authFile, certDir, registriesConf, PATIENCE);
  }

  /**
   * The credentials to use: those given, or Docker's own where {@code DOCKER_CONFIG} says they are,
   * which skopeo does not look at.
   */
  Optional<Path> credentials(Map<String, String> environment) {
    String docker = environment.getOrDefault("DOCKER_CONFIG", "");
    if (authFile.isPresent() || environment.containsKey("REGISTRY_AUTH_FILE") || docker.isEmpty()) {
      return authFile;
    }
    return Optional.of(Path.of(docker, "config.json")).filter(file -> file.toFile().isFile());
  }

  /** Where mirrors are told: as given, or as other programs of skopeo's family are told. */
  Optional<Path> mirrors(Map<String, String> environment) {
    String told = environment.getOrDefault("CONTAINERS_REGISTRIES_CONF", "");
    return registriesConf.isPresent() || told.isEmpty()
        ? registriesConf
        : Optional.of(Path.of(told));
  }
}
