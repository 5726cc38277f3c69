package dev.cloude.vmm.child;

import java.nio.file.Path;
import java.util.List;

/** The command line of a child's JVM: small, quick to start, and quiet when it dies. */
final class ChildCommand {
  private ChildCommand() {}

  /**
   * @param classPath as for {@code java -cp}
   * @param temporary folder in which JNA unpacks its native part, to remove it at once
   */
  static List<String> of(String classPath, Path temporary) {
    return List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-XX:+UseSerialGC",
        "-XX:TieredStopAtLevel=1",
        "-Xms4m",
        "-Xmx32m",
        "-Xss512k",
        "-XX:ReservedCodeCacheSize=12m",
        "-XX:MaxMetaspaceSize=48m",
        "-Xshare:auto",
        // No file that others look at, no door for debuggers, no reaction to what a terminal sends.
        "-XX:-UsePerfData",
        "-XX:+DisableAttachMechanism",
        "-Xrs",
        "-XX:-UseContainerSupport",
        "-XX:+ExitOnOutOfMemoryError",
        "-Djna.nosys=true",
        "-Djna.tmpdir=" + temporary,
        "-Djava.io.tmpdir=" + temporary,
        "-cp",
        classPath,
        ChildMain.class.getName());
  }
}
