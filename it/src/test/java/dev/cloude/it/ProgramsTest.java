package dev.cloude.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Base64;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * How programs end and what comes back. The same class runs against both drivers: the same job, the
 * same result.
 */
@Tag("server")
@Tag("drivers")
@Execution(ExecutionMode.CONCURRENT)
class ProgramsTest {
  private static final int STREAM_LIMIT = 1 << 20;

  private final Server server = new Server();

  @Test
  void outputAndErrorOutputComeBackApart() throws Exception {
    JsonNode job =
        server.run("python", "import sys\nprint('grüße')\nprint('oops', file=sys.stderr)\n");

    assertThat(job.path("stdout").asText()).isEqualTo("grüße\n");
    assertThat(job.path("stderr").asText()).isEqualTo("oops\n");
    assertDone(job, 0);
  }

  @Test
  void anAliasInAnyCaseNamesTheLanguage() throws Exception {
    JsonNode job = server.run("  PY ", "print(1+1)");

    assertThat(job.path("stdout").asText()).isEqualTo("2\n");
    assertDone(job, 0);
  }

  @Test
  void theSourceReachesTheProgramByteForByte() throws Exception {
    String source =
        "\n\n  \nimport sys\nsys.stdout.write(open(sys.argv[0], newline='').read())\n\t \r\n";
    JsonNode job = server.run("python", source.replace("\n  \n", "\n# \u00e9 \n"));

    assertThat(job.path("stdout").asText()).isEqualTo(source.replace("\n  \n", "\n# \u00e9 \n"));
    assertDone(job, 0);
  }

  @Test
  void anExitCodeIsTheProgramsOwn() throws Exception {
    assertDone(server.run("python", "exit(7)"), 7);
  }

  @Test
  void aSignalGives128PlusItsNumber() throws Exception {
    assertDone(server.run("python", "import os\nos.kill(os.getpid(), 15)"), 128 + 15);
  }

  @Test
  void aProgramThatSleepsForEverKeepsItsPartialOutput() throws Exception {
    JsonNode job =
        server.run("python", "import time\nprint('so far', flush=True)\ntime.sleep(10000)");

    assertThat(job.path("stdout").asText()).isEqualTo("so far\n");
    assertDone(job, 124);
  }

  @Test
  void aFloodIsCutAtTheLimitAndMarked() throws Exception {
    JsonNode job = server.run("python", "import sys\nwhile True: sys.stdout.write('x' * 65536)");

    assertThat(job.path("stdout").asText()).isEqualTo("x".repeat(STREAM_LIMIT));
    assertThat(job.path("truncated").asBoolean()).isTrue();
    assertThat(job.path("status").asText()).isEqualTo("done");
  }

  @Test
  void bytesThatAreNotUtf8Survive() throws Exception {
    JsonNode job =
        server.run("python", "import sys\nsys.stdout.buffer.write(bytes([0, 255, 65, 128]))");

    assertThat(Base64.getDecoder().decode(job.path("stdout_base64").asText()))
        .containsExactly(0, 255, 65, 128);
    assertThat(job.path("stdout").asText()).isEqualTo("\0\uFFFDA\uFFFD");
    assertDone(job, 0);
  }

  @Test
  void aBackgroundChildThatHoldsThePipeStallsNothing() throws Exception {
    JsonNode job =
        server.run(
            "python",
            """
            import os, sys, time
            if os.fork() == 0:
                os.setsid()
                time.sleep(10000)
            print('parent', flush=True)
            """);

    assertThat(job.path("stdout").asText()).isEqualTo("parent\n");
    assertDone(job, 0);
  }

  @Test
  void theProgramIsNobodyInTheGuest() throws Exception {
    JsonNode job =
        server.run(
            "python",
            """
            import os
            print(os.getuid() != 0, os.getgid() != 0, os.getgroups())
            try:
                open('/proc/sysrq-trigger', 'w')
            except PermissionError:
                print('refused')
            """);

    assertThat(job.path("stdout").asText()).isEqualTo("True True []\nrefused\n");
    assertDone(job, 0);
  }

  @Test
  void theGuestReachesNeitherTheHostNorTheWorld() throws Exception {
    JsonNode job =
        server.run(
            "python",
            """
            import os, socket
            told = [w[10:] for w in open('/proc/cmdline').read().split() if w.startswith('cloude.gw=')]
            # A guest without a network is told of none: the host's address on the bridge.
            host = told[0] if told else '10.39.1.1'
            for target in ((host, 8080), ('192.0.2.1', 80)):
                s = socket.socket()
                s.settimeout(1)
                try:
                    s.connect(target)
                    print('connected', flush=True)
                except OSError:
                    print('no way', flush=True)
            """);

    assertThat(job.path("stdout").asText()).isEqualTo("no way\nno way\n");
    assertDone(job, 0);
  }

  @Test
  void aGuestThatPowersItselfOffIsAnErrorThatSaysSo() throws Exception {
    assertPlatformError("open('/proc/sysrq-trigger', 'w').write('o')", "switched itself off");
  }

  @Test
  void aGuestThatRebootsIsAnErrorThatSaysSo() throws Exception {
    assertPlatformError("open('/proc/sysrq-trigger', 'w').write('b')", "restarted itself");
  }

  @Test
  void aGuestThatPanicsIsAnErrorThatSaysSo() throws Exception {
    assertPlatformError("open('/proc/sysrq-trigger', 'w').write('c')", "panicked");
  }

  private void assertPlatformError(String code, String words) throws Exception {
    JsonNode job = server.run("python-root", code + "\nimport time\ntime.sleep(10000)");

    assertThat(job.path("status").asText()).isEqualTo("error");
    assertThat(job.path("stderr").asText()).contains(words);
  }

  private static void assertDone(JsonNode job, int exitCode) {
    assertThat(job.path("status").asText()).as(job.toString()).isEqualTo("done");
    assertThat(job.path("exit_code").asInt()).as(job.toString()).isEqualTo(exitCode);
  }
}
