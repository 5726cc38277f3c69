package dev.cloude.runtime.node;

import dev.cloude.initramfs.catalog.Language;
import dev.cloude.runtime.driver.DriverChoice;
import dev.cloude.runtime.driver.VmDriver;
import dev.cloude.runtime.job.NodeInventory;
import dev.cloude.runtime.session.GuestImages;
import dev.cloude.runtime.session.VmRegistry;
import java.io.IOException;
import java.io.InputStream;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;

/** Looks at the parts of this node. */
final class HostInventory implements NodeInventory {
  private final DriverChoice driver;
  private final GuestImages images;
  private final VmRegistry registry;
  private final String version = ownVersion();

  HostInventory(DriverChoice driver, GuestImages images, VmRegistry registry) {
    this.driver = driver;
    this.images = images;
    this.registry = registry;
  }

  @Override
  public Map<String, Integer> vms() {
    Map<String, Integer> vms = new LinkedHashMap<>();
    registry
        .counts()
        .forEach((state, count) -> vms.put(state.name().toLowerCase(Locale.ROOT), count));
    return vms;
  }

  @Override
  public Map<String, String> versions() {
    return Map.of(
        "cloude",
        version,
        "driver",
        driver.driver().map(VmDriver::description).orElse("none"),
        "java",
        Runtime.version().toString(),
        "kernel",
        System.getProperty("os.version"));
  }

  @Override
  public Optional<String> smallestLanguage() {
    return images.smallest().map(Language::name);
  }

  /** As the build wrote it into this archive. */
  private static String ownVersion() {
    Properties build = new Properties();
    try (InputStream in = HostInventory.class.getResourceAsStream("/cloude-build.properties")) {
      if (in != null) {
        build.load(in);
      }
    } catch (IOException e) {
      return "unknown";
    }
    return build.getProperty("version", "unknown");
  }
}
