package dev.cloude.initramfs;

import dev.cloude.initramfs.source.oci.SkopeoOptions;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Options about registries; without them everything is as skopeo finds it on this host. */
final class RegistryOptions {
  @Option(
      names = "--auth-file",
      paramLabel = "FILE",
      description = "credentials (config.json) for registries")
  private Optional<Path> authFile = Optional.empty();

  @Option(
      names = "--cert-dir",
      paramLabel = "DIR",
      description = "certificate authorities (*.crt) and client certificates for registries")
  private Optional<Path> certDir = Optional.empty();

  @Option(
      names = "--registries-conf",
      paramLabel = "FILE",
      description = "mirrors of registries, registries.conf(5)")
  private Optional<Path> registriesConf = Optional.empty();

  SkopeoOptions skopeo() {
    return SkopeoOptions.of(authFile, certDir, registriesConf);
  }
}
