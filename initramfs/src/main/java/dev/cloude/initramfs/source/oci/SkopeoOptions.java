package dev.cloude.initramfs.source.oci;

import dev.cloude.initramfs.credentials.CredentialFiles;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
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
 * @param environment of skopeo and of credential helpers, over this process's own
 */
public record SkopeoOptions(
    String program,
    Optional<Path> authFile,
    Optional<Path> certDir,
    Optional<Path> registriesConf,
    Duration patience,
    Map<String, String> environment) {

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  /** Everything as this host has it. */
  public static SkopeoOptions ofHost() {
    return of(Optional.empty(), Optional.empty(), Optional.empty());
  }

  /** With these files, where they are given. */
  public static SkopeoOptions of(
      Optional<Path> authFile, Optional<Path> certDir, Optional<Path> registriesConf) {
    return new SkopeoOptions(
        "skopeo", authFile, certDir, registriesConf, PATIENCE, System.getenv());
  }

  /** With another program than skopeo. */
  SkopeoOptions program(String other) {
    return new SkopeoOptions(other, authFile, certDir, registriesConf, patience, environment);
  }

  /** With another patience. */
  public SkopeoOptions patience(Duration other) {
    return new SkopeoOptions(program, authFile, certDir, registriesConf, other, environment);
  }

  /** With variables of the environment besides its own. */
  public SkopeoOptions environment(Map<String, String> more) {
    Map<String, String> all = new HashMap<>(environment);
    all.putAll(more);
    return new SkopeoOptions(program, authFile, certDir, registriesConf, patience, Map.copyOf(all));
  }

  CredentialFiles credentials() {
    return new CredentialFiles(authFile, environment, patience);
  }

  /** Where mirrors are told: as given, or as other programs of skopeo's family are told. */
  Optional<Path> mirrors() {
    String told = environment.getOrDefault("CONTAINERS_REGISTRIES_CONF", "");
    return registriesConf.isPresent() || told.isEmpty()
        ? registriesConf
        : Optional.of(Path.of(told));
  }
}
