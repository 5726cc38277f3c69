package dev.cloude.it.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Base64;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * Programs that keep to their limits, or do not, and what the server says of them. The same class
 * runs against both drivers: the same program, the same verdict.
 */
@Tag("server")
@Tag("drivers")
@Execution(ExecutionMode.CONCURRENT)
class VerdictsTest {
  private static final int MIB = 1 << 20;

  private final Api api = new Api();

  @Test
  void theExpectedOutputIsAccepted() throws Exception {
    JsonNode job =
        run("python", "print('42 ')\nprint()", Map.of("expected_output", "42\n"), Map.of());

    assertVerdict(job, "accepted");
    assertThat(job.at("/result/cpu_ms").asDouble()).isPositive();
    assertThat(job.at("/result/peak_memory_bytes").asLong()).isBetween((long) MIB, 512L * MIB);
    assertKernelTime(job.at("/result/timings_ms"));
  }

  /** Only the driver that runs guests in the server's own threads knows when a kernel is done. */
  private void assertKernelTime(JsonNode timings) throws Exception {
    String driver = api.parse(api.get("/api/v1/node").body()).at("/versions/driver").asText();
    assertThat(timings.has("kernel")).as("%s: %s", driver, timings).isEqualTo(driver.equals("kvm"));
    if (timings.has("kernel")) {
      assertThat(timings.get("kernel").asDouble())
          .as(timings.toString())
          .isPositive()
          .isLessThan(timings.get("agent_ready").asDouble());
    }
  }

  @Test
  void anotherOutputIsWrong() throws Exception {
    assertVerdict(
        run("python", "print(41)", Map.of("expected_output", "42\n"), Map.of()), "wrong_answer");
  }

  @Test
  void anExitCodeOrASignalIsTheProgramsError() throws Exception {
    JsonNode failed = run("python", "exit(3)", Map.of(), Map.of());
    JsonNode killed = run("python", "import os\nos.kill(os.getpid(), 11)", Map.of(), Map.of());

    assertVerdict(failed, "runtime_error");
    assertThat(failed.at("/result/exit_code").asInt()).isEqualTo(3);
    assertVerdict(killed, "runtime_error");
    assertThat(killed.at("/result/signal").asInt()).isEqualTo(11);
  }

  @Test
  void aCompilersErrorIsToldApart() throws Exception {
    JsonNode job = run("python-checked", "print(", Map.of(), Map.of());

    assertVerdict(job, "compile_error");
    assertThat(job.at("/result/compile/exit_code").asInt()).as(job.toString()).isEqualTo(1);
    assertThat(job.at("/result/compile/stderr/text").asText()).contains("SyntaxError");
    assertThat(job.at("/result/stdout/text").asText()).isEmpty();
  }

  @Test
  void aProgramThatWaitsTooLongKeepsItsOutput() throws Exception {
    JsonNode job =
        run(
            "python",
            "import time\nprint('so far', flush=True)\ntime.sleep(10000)",
            Map.of(),
            Map.of("run_wall_ms", 20_000));

    assertVerdict(job, "time_limit");
    assertThat(job.at("/result/stdout/text").asText()).isEqualTo("so far\n");
  }

  @Test
  void processorTimeOfAllProcessesCounts() throws Exception {
    String busy = "import os\nos.fork()\nos.fork()\nwhile True: pass";

    JsonNode job = run("python", busy, Map.of(), Map.of("cpu_ms", 3000, "run_wall_ms", 120_000));

    assertVerdict(job, "cpu_limit");
    assertThat(job.at("/result/cpu_ms").asDouble()).isGreaterThanOrEqualTo(3000);
  }

  @Test
  void tooMuchMemoryIsNotAnyKill() throws Exception {
    String greedy = "hoard = []\nwhile True: hoard.append(bytearray(1 << 20))";

    assertVerdict(
        run("python", greedy, Map.of(), Map.of("memory_bytes", 64 * MIB)), "memory_limit");
    assertVerdict(
        run("python", "import os\nos.kill(os.getpid(), 9)", Map.of(), Map.of()), "runtime_error");
  }

  @Test
  void aForkBombIsStoppedAndNamed() throws Exception {
    String bomb = "import os\nwhile True: os.fork()";

    assertVerdict(run("python", bomb, Map.of(), Map.of("processes", 32)), "process_limit");
  }

  @Test
  void processesThatHideInSessionsOfTheirOwnCount() throws Exception {
    String bomb =
        """
        import os, time
        while True:
            try:
                if os.fork() == 0:
                    os.setsid()
                    time.sleep(10000)
            except OSError:
                pass
        """;

    assertVerdict(
        run("python", bomb, Map.of(), Map.of("processes", 16, "run_wall_ms", 15_000)),
        "process_limit");
  }

  @Test
  void aFloodOnBothStreamsIsCut() throws Exception {
    String flood =
        """
        import os, threading
        def write(stream):
            while True: os.write(stream, b'x' * 65536)
        threading.Thread(target=write, args=(2,)).start()
        write(1)
        """;

    JsonNode job = run("python", flood, Map.of(), Map.of("output_bytes", 100_000));

    assertVerdict(job, "output_limit");
    assertThat(job.at("/result/stdout/text").asText().length()).isLessThanOrEqualTo(100_000);
    assertThat(job.at("/result/stderr/text").asText().length()).isLessThanOrEqualTo(100_000);
    assertThat(
            job.at("/result/stdout/truncated").asBoolean()
                || job.at("/result/stderr/truncated").asBoolean())
        .as(job.at("/result/stdout/total_bytes").toString())
        .isTrue();
  }

  @Test
  void aFullDiskAndATooLargeFileAreNamed() throws Exception {
    String many =
        """
        for i in range(100):
            with open(f'/tmp/{i}', 'wb') as file:
                file.write(bytes(1 << 20))
        """;
    // Python ignores the signal, and could go on.
    String sparse =
        """
        import signal
        signal.signal(signal.SIGXFSZ, signal.SIG_DFL)
        open('large', 'wb').truncate(1 << 30)
        """;

    assertVerdict(run("python", many, Map.of(), Map.of("disk_bytes", 8 * MIB)), "disk_limit");
    assertVerdict(run("python", sparse, Map.of(), Map.of("file_size_bytes", MIB)), "disk_limit");
  }

  @Test
  void anyBytesGoInAndOut() throws Exception {
    byte[] input = {0, (byte) 0xff, 10, (byte) 0x80, 13};
    Map<String, Object> stdin = Map.of("stdin_base64", Base64.getEncoder().encodeToString(input));

    JsonNode job =
        run(
            "python",
            "import sys\nsys.stdout.buffer.write(sys.stdin.buffer.read())",
            stdin,
            Map.of());

    assertVerdict(job, "accepted");
    assertThat(Base64.getDecoder().decode(job.at("/result/stdout/base64").asText()))
        .isEqualTo(input);
  }

  @Test
  void rootCannotEndTheAgentButTheMachine() throws Exception {
    String kills =
        """
        import os
        for number in (9, 19, 11, 15):
            os.kill(1, number)
        print('alive')
        """;
    String off = "open('/proc/sysrq-trigger', 'w').write('o')\nimport time\ntime.sleep(10000)";

    JsonNode alive = run("python-root", kills, Map.of(), Map.of());
    JsonNode gone = run("python-root", off, Map.of(), Map.of());

    assertVerdict(alive, "accepted");
    assertVerdict(gone, "guest_crashed");
    assertThat(gone.toString()).contains("switched itself off");
  }

  private JsonNode run(
      String language, String source, Map<String, Object> more, Map<String, Object> limits)
      throws Exception {
    return api.end(api.submit(api.job(language, source, more, limits)));
  }

  private static void assertVerdict(JsonNode job, String verdict) {
    assertThat(job.path("verdict").asText()).as(job.toString()).isEqualTo(verdict);
  }
}
