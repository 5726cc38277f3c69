package dev.cloude.ejb.engine;

import dev.cloude.ejb.job.AttemptFacts;
import dev.cloude.ejb.job.Claim;
import dev.cloude.ejb.job.CompileResult;
import dev.cloude.ejb.job.JobResult;
import dev.cloude.ejb.job.JobState;
import dev.cloude.ejb.job.PhaseTimings;
import dev.cloude.ejb.job.Receipt;
import dev.cloude.ejb.job.StreamResult;
import dev.cloude.ejb.job.Verdict;
import dev.cloude.ejb.job.Verdicts;
import dev.cloude.ejb.journal.JobJournal;
import dev.cloude.runtime.job.ExecutionListener;
import dev.cloude.runtime.job.ExecutionPhase;
import dev.cloude.runtime.job.ExecutionResult;
import dev.cloude.runtime.job.OutputStreamName;
import dev.cloude.runtime.job.PlatformException;
import dev.cloude.runtime.job.ProcessEnd;
import dev.cloude.runtime.job.ReachedLimit;
import dev.cloude.runtime.job.StreamTotal;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * One attempt at a job as it goes on: what has been seen of it, and what that makes in the end.
 * Used by the thread that runs it.
 */
final class Attempt implements ExecutionListener {
  private final Claim claim;
  private final JobJournal journal;
  private final Consumer<Duration> answered;
  private final Consumer<JobState> states;
  private final Runnable news;
  private final LongSupplier nanos;
  private final long began;

  private Duration vmCreated;
  private Duration kernel;
  private Duration agentReady;
  private long compileBegan;
  private long runBegan;

  /** Null before the first. */
  private ExecutionPhase reached;

  /**
   * @param answered hears of the agent's answer, so long after the VM's start
   * @param states hears of every further state, after the journal has it
   * @param news called when the journal has more
   * @param nanos as {@link System#nanoTime}
   */
  Attempt(
      Claim claim,
      JobJournal journal,
      Consumer<Duration> answered,
      Consumer<JobState> states,
      Runnable news,
      LongSupplier nanos) {
    this.claim = claim;
    this.journal = journal;
    this.answered = answered;
    this.states = states;
    this.news = news;
    this.nanos = nanos;
    this.began = nanos.getAsLong();
  }

  /** The VM's processor runs. */
  void created() {
    vmCreated = since(began);
  }

  @Override
  public void kernelStarted(Duration after) {
    kernel = after;
  }

  @Override
  public void agentReady(Duration after) {
    agentReady = after;
    answered.accept(after);
  }

  @Override
  public void phase(ExecutionPhase phase) {
    reached = phase;
    if (phase == ExecutionPhase.COMPILE) {
      compileBegan = nanos.getAsLong();
    } else {
      runBegan = nanos.getAsLong();
    }
    JobState state = phase == ExecutionPhase.COMPILE ? JobState.COMPILING : JobState.RUNNING;
    journal.state(state);
    news.run();
    states.accept(state);
  }

  @Override
  public void output(OutputStreamName stream, byte[] bytes) {
    journal.output(stream, bytes);
    news.run();
  }

  /** Whether anything of the client's may have run. */
  boolean programMayHaveRun() {
    return reached != null;
  }

  /** From the VM's start to the agent's answer. */
  Optional<Duration> boot() {
    return Optional.ofNullable(agentReady);
  }

  /** The agent reported the end. */
  JobResult reported(ExecutionResult result, Receipt receipt) {
    return result(Optional.of(result), Optional.empty(), false, Optional.empty(), receipt);
  }

  /**
   * There is no report.
   *
   * @param cancelled whether that is because a client wanted the end
   * @param sentence for the client
   */
  JobResult broken(PlatformException failure, boolean cancelled, String sentence, Receipt receipt) {
    return result(
        Optional.empty(), Optional.of(failure), cancelled, Optional.of(sentence), receipt);
  }

  private JobResult result(
      Optional<ExecutionResult> reported,
      Optional<PlatformException> failure,
      boolean cancelled,
      Optional<String> sentence,
      Receipt receipt) {
    StreamResult stdout = stream(OutputStreamName.STDOUT, reported);
    Verdict verdict =
        Verdicts.of(
            new AttemptFacts(
                reported,
                failure.map(PlatformException::code),
                Optional.ofNullable(reached),
                cancelled,
                stdout.bytes(),
                stdout.truncated(),
                claim.expectedOutput()));
    Optional<ProcessEnd> program = reported.flatMap(ExecutionResult::program);
    boolean givenUp =
        failure.filter(e -> e.code() == PlatformException.Code.EXECUTION_DEADLINE).isPresent();
    Optional<String> said =
        sentence
            .filter(s -> !verdict.isAboutTheProgram() || failure.isPresent())
            .or(() -> reported.flatMap(ExecutionResult::error).map(Attempt::notRun));
    return new JobResult(
        verdict,
        program.map(end -> OptionalInt.of(end.exitCode())).orElse(OptionalInt.empty()),
        program.map(ProcessEnd::signal).orElse(OptionalInt.empty()),
        program
            .map(ProcessEnd::limit)
            .orElse(
                givenUp && reached == ExecutionPhase.RUN
                    ? Optional.of(ReachedLimit.WALL)
                    : Optional.empty()),
        stdout,
        stream(OutputStreamName.STDERR, reported),
        compile(reported, givenUp),
        program.flatMap(ProcessEnd::cpu),
        runTime(program),
        program.map(ProcessEnd::peakMemoryBytes).orElse(OptionalLong.empty()),
        failure.flatMap(PlatformException::lateness),
        new PhaseTimings(
            Optional.of(claim.waited()),
            Optional.ofNullable(vmCreated),
            Optional.ofNullable(kernel),
            Optional.ofNullable(agentReady),
            compileTime(reported.flatMap(ExecutionResult::compile)),
            runTime(program),
            Optional.empty()),
        Optional.of(receipt),
        said);
  }

  private static String notRun(String clause) {
    return "The program could not be run: " + clause + ".";
  }

  private Optional<CompileResult> compile(Optional<ExecutionResult> reported, boolean givenUp) {
    Optional<ProcessEnd> end = reported.flatMap(ExecutionResult::compile);
    if (end.isEmpty() && compileBegan == 0) {
      return Optional.empty();
    }
    boolean succeeded = end.isEmpty() && runBegan != 0;
    boolean wedged = givenUp && reached == ExecutionPhase.COMPILE;
    return Optional.of(
        new CompileResult(
            end.map(e -> OptionalInt.of(e.exitCode()))
                .orElse(succeeded ? OptionalInt.of(0) : OptionalInt.empty()),
            end.map(ProcessEnd::signal).orElse(OptionalInt.empty()),
            end.map(ProcessEnd::limit)
                .orElse(wedged ? Optional.of(ReachedLimit.WALL) : Optional.empty()),
            stream(OutputStreamName.COMPILE_STDOUT, reported),
            stream(OutputStreamName.COMPILE_STDERR, reported),
            compileTime(end).orElse(Duration.ZERO),
            end.flatMap(ProcessEnd::cpu),
            end.map(ProcessEnd::peakMemoryBytes).orElse(OptionalLong.empty())));
  }

  /** The agent's measure; the host's own where there is none. */
  private Optional<Duration> compileTime(Optional<ProcessEnd> end) {
    if (end.isPresent()) {
      return end.map(ProcessEnd::wall);
    }
    if (compileBegan == 0) {
      return Optional.empty();
    }
    return Optional.of(
        runBegan == 0 ? since(compileBegan) : Duration.ofNanos(runBegan - compileBegan));
  }

  private Optional<Duration> runTime(Optional<ProcessEnd> end) {
    return end.isPresent() || runBegan == 0
        ? end.map(ProcessEnd::wall)
        : Optional.of(since(runBegan));
  }

  private StreamResult stream(OutputStreamName name, Optional<ExecutionResult> reported) {
    byte[] bytes = journal.bytes(name);
    StreamTotal total =
        reported.map(result -> result.total(name)).orElse(new StreamTotal(bytes.length, false));
    return new StreamResult(bytes, Math.max(bytes.length, total.bytes()), total.truncated());
  }

  private Duration since(long moment) {
    return Duration.ofNanos(nanos.getAsLong() - moment);
  }
}
