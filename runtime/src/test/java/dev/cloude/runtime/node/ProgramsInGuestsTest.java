package dev.cloude.runtime.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.cloude.runtime.job.ExecutionResult;
import dev.cloude.runtime.job.GuestSession;
import dev.cloude.runtime.job.OutputStreamName;
import dev.cloude.runtime.job.PlatformException;
import dev.cloude.runtime.job.PlatformException.Code;
import dev.cloude.runtime.job.ReachedLimit;
import dev.cloude.runtime.job.RecordedOutput;
import dev.cloude.runtime.session.VmState;
import dev.cloude.vmm.net.TapDevice;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whole executions in real VMs. */
@Tag("server")
@Timeout(300)
class ProgramsInGuestsTest {
  private static Guests guests;

  @BeforeAll
  static void prepare() throws Exception {
    guests =
        new Guests(
            Map.of("AGENT_EXEC_TIMEOUT_SECS", System.getProperty("cloude.test.seconds", "5")));
  }

  @AfterAll
  static void end() throws Exception {
    guests.close();
  }

  @AfterEach
  void nothingIsLeft() {
    assertThat(TapDevice.list("cl")).isEmpty();
    assertThat(guests.registry.counts().values()).allMatch(count -> count == 0);
    await()
        .atMost(Duration.ofMinutes(1))
        .untilAsserted(() -> assertThat(children()).isEqualTo(guests.waitingProcesses()));
  }

  private static int children() {
    return (int) ProcessHandle.current().children().count();
  }

  @Test
  void aProgramsOutputComesBack() throws Exception {
    Guests.Run result = guests.run("python", "print('hello from a VM')");

    assertThat(text(result.stdout())).isEqualTo("hello from a VM\n");
    assertThat(result.stderr()).isEmpty();
    assertThat(result.exitCode()).isZero();
    assertThat(result.result().program().orElseThrow().limit()).isEmpty();
    assertThat(result.result().program().orElseThrow().wall()).isPositive();
    assertThat(result.output().ready).isPositive();
    System.out.println("agent ready after " + result.output().ready);
  }

  /** Where VMs are made ahead of their jobs (cloude.test.prepared), the second job's was. */
  @Test
  void aVmThatWasMadeAheadIsLikeAnyOther() throws Exception {
    for (int i = 0; i < 3; i++) {
      assertThat(text(guests.run("python", "print(6 * 7)").stdout())).isEqualTo("42\n");
      if (Integer.getInteger("cloude.test.prepared", 0) > 0) {
        await().atMost(Duration.ofMinutes(1)).until(() -> guests.prepared() > 0);
      }
    }
  }

  @Test
  void exitCodesAndSignalsAreTheProgramsOwn() throws Exception {
    assertThat(guests.run("python", "raise SystemExit(7)").exitCode()).isEqualTo(7);
    assertThat(guests.run("python", "import os; os.kill(os.getpid(), 9)").exitCode())
        .isEqualTo(137);
  }

  @Test
  void bytesAreNotTouched() throws Exception {
    Guests.Run result =
        guests.run(
            "python",
            "import sys\n"
                + "sys.stdout.buffer.write(bytes(range(256)))\n"
                + "sys.stderr.buffer.write(b'\\xff\\xfe\\x00')\n");

    byte[] all = new byte[256];
    for (int i = 0; i < all.length; i++) {
      all[i] = (byte) i;
    }
    assertThat(result.stdout()).isEqualTo(all);
    assertThat(result.stderr()).containsExactly(0xff, 0xfe, 0x00);
  }

  @Test
  void aProgramThatSleepsIsKilledAndItsOutputKept() throws Exception {
    Guests.Run result =
        guests.run("python", "import time\nprint('begun', flush=True)\ntime.sleep(1000)");

    assertThat(result.exitCode()).isEqualTo(124);
    assertThat(result.result().program().orElseThrow().limit()).contains(ReachedLimit.WALL);
    assertThat(text(result.stdout())).isEqualTo("begun\n");
  }

  @Test
  void aFloodIsCut() throws Exception {
    Guests.Run result = guests.run("python", "import os\nwhile True: os.write(1, b'x' * 65536)");

    assertThat(result.stdout().length)
        .as(() -> result.result().toString())
        .isEqualTo(guests.limits.outputBytes());
    assertThat(result.stdout()).containsOnly('x');
    assertThat(result.result().total(OutputStreamName.STDOUT).truncated()).isTrue();
    assertThat(result.result().total(OutputStreamName.STDERR).truncated()).isFalse();
    assertThat(result.exitCode()).isEqualTo(137);
  }

  @Test
  void aFailingCompilersOutputIsTheResult() throws Exception {
    Guests.Run result = guests.run("checked", "print('x'");

    assertThat(result.exitCode()).isEqualTo(1);
    assertThat(result.output().text(OutputStreamName.COMPILE_STDERR)).contains("SyntaxError");
    Guests.Run fine = guests.run("checked", "print('fine')");
    assertThat(text(fine.stdout())).as(() -> fine.result().toString()).isEqualTo("fine\n");
  }

  /** By what a privileged program writes to /proc/sysrq-trigger. */
  @ParameterizedTest
  @CsvSource({
    "o, GUEST_POWERED_OFF, switched itself off",
    "b, GUEST_REBOOTED, restarted itself",
    "c, GUEST_PANICKED, sysrq triggered crash"
  })
  void aGuestThatEndsItselfIsAnErrorThatSaysSo(String key, Code code, String reason) {
    String program =
        "import time\nopen('/proc/sysrq-trigger', 'w').write('%s')\ntime.sleep(60)".formatted(key);

    assertThatThrownBy(() -> guests.run("root", program))
        .isInstanceOfSatisfying(
            PlatformException.class, e -> assertThat(e.code()).as(e.getMessage()).isEqualTo(code))
        .hasMessageContaining(reason);
  }

  /** As on a host that is so busy that an emulated kernel gives its timer up. */
  @Test
  void aGuestWithoutATimerRestartsBeforeItsAgentAnswers() throws Exception {
    RecordedOutput output = new RecordedOutput();
    Map<String, String> network = Map.of("BRIDGE_NAME", "guests1", "IP_RANGE", "10.78.0.0");
    try (Guests timerless = new Guests(network, "noapictimer");
        GuestSession session = timerless.open("python", "print('never')")) {
      assertThatThrownBy(() -> session.run(output))
          .isInstanceOfSatisfying(
              PlatformException.class,
              e -> assertThat(e.code()).as(e.getMessage()).isEqualTo(Code.GUEST_REBOOTED));
      assertThat(output.ready).isNull();
    }
  }

  @Test
  void closingEndsARunInProgress() throws Exception {
    GuestSession session = guests.open("python", "import time\ntime.sleep(1000)");
    CompletableFuture<ExecutionResult> run =
        CompletableFuture.supplyAsync(
            () -> {
              try {
                return session.run(new RecordedOutput());
              } catch (Exception e) {
                throw new IllegalStateException(e);
              }
            });
    await()
        .atMost(Duration.ofMinutes(4))
        .until(() -> guests.registry.counts().get(VmState.RUNNING) == 1);

    session.close();

    assertThatThrownBy(run::join)
        .rootCause()
        .isInstanceOfSatisfying(
            PlatformException.class, e -> assertThat(e.code()).isEqualTo(Code.INTERRUPTED));
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }
}
