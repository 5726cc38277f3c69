package dev.cloude.it.container;

import java.io.File;
import java.net.URISyntaxException;
import org.awaitility.Awaitility;
import org.hamcrest.Matcher;
import org.jboss.shrinkwrap.api.ShrinkWrap;
import org.jboss.shrinkwrap.api.spec.WebArchive;

/** The WAR as the build made it, with nothing changed but where VMs come from. */
final class TestArchive {
  private TestArchive() {}

  /** The archive with stand-ins for VMs. */
  static WebArchive withScriptedGuests() {
    File war = new File(System.getProperty("cloude.war", "../web/target/cloude.war"));
    return ShrinkWrap.createFromZipFile(WebArchive.class, war)
        .addClass(ScriptedGuestSessions.class)
        .addClass(ScriptedSession.class);
  }

  /** What tests need that run inside the server. */
  static WebArchive forTestsInside() {
    return withScriptedGuests().addAsLibraries(jarOf(Awaitility.class), jarOf(Matcher.class));
  }

  private static File jarOf(Class<?> type) {
    try {
      return new File(type.getProtectionDomain().getCodeSource().getLocation().toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }
}
