package dev.cloude.ejb.journal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloude.ejb.job.JobEvent;
import dev.cloude.ejb.job.JobState;
import dev.cloude.runtime.job.OutputStreamName;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JobJournalTest {

  /** What a reader has pieced together. */
  private static final class Heard {
    final Map<OutputStreamName, ByteArrayOutputStream> streams =
        new EnumMap<>(OutputStreamName.class);
    final List<JobState> states = new ArrayList<>();
    String last = "";

    void hear(JobEvent event) {
      last = event.id();
      if (event instanceof JobEvent.StateChanged changed) {
        states.add(changed.state());
      } else if (event instanceof JobEvent.Output output) {
        ByteArrayOutputStream stream =
            streams.computeIfAbsent(output.stream(), name -> new ByteArrayOutputStream());
        assertThat(output.offset()).isEqualTo(stream.size());
        stream.writeBytes(output.bytes());
      }
    }

    byte[] bytes(OutputStreamName name) {
      return streams.getOrDefault(name, new ByteArrayOutputStream()).toByteArray();
    }
  }

  /**
   * Whoever breaks off at any event, and goes on with another reader from the last id, hears
   * everything once.
   */
  @Property
  void nothingIsLostOrHeardTwice(
      @ForAll @Size(max = 40) List<@IntRange(max = 3) Integer> written,
      @ForAll @IntRange(min = 1, max = 7) int breakAfter,
      @ForAll @IntRange(max = 39) int runAt) {
    JobJournal journal = new JobJournal(1);
    Heard heard = new Heard();
    JobJournal.Reader reader = journal.reader(Position.START);
    Map<OutputStreamName, ByteArrayOutputStream> all = new EnumMap<>(OutputStreamName.class);
    int events = 0;
    for (int i = 0; i < written.size(); i++) {
      if (i == runAt) {
        journal.state(JobState.RUNNING);
      }
      OutputStreamName stream = OutputStreamName.values()[written.get(i)];
      byte[] piece = {(byte) i, (byte) (i + 1)};
      journal.output(stream, piece);
      all.computeIfAbsent(stream, name -> new ByteArrayOutputStream()).writeBytes(piece);
      Optional<JobEvent> event = i % 2 == 0 ? reader.next() : Optional.empty();
      if (event.isPresent()) {
        heard.hear(event.get());
        events++;
        if (events % breakAfter == 0) {
          reader = journal.reader(Position.parse(heard.last).orElseThrow());
        }
      }
    }
    for (Optional<JobEvent> event = reader.next(); event.isPresent(); event = reader.next()) {
      heard.hear(event.get());
    }

    for (OutputStreamName stream : OutputStreamName.values()) {
      byte[] expected = all.getOrDefault(stream, new ByteArrayOutputStream()).toByteArray();
      assertThat(heard.bytes(stream)).isEqualTo(expected);
      assertThat(journal.bytes(stream)).isEqualTo(expected);
    }
    assertThat(heard.states)
        .containsExactlyElementsOf(
            runAt < written.size()
                ? List.of(JobState.BOOTING, JobState.RUNNING)
                : List.of(JobState.BOOTING));
  }

  @Test
  void anotherAttemptBeginsAnew() {
    JobJournal first = new JobJournal(1);
    first.output(OutputStreamName.STDOUT, new byte[] {1, 2});
    Heard heard = new Heard();
    JobJournal.Reader reader = first.reader(Position.START);
    heard.hear(reader.next().orElseThrow());
    heard.hear(reader.next().orElseThrow());

    JobJournal second = new JobJournal(2);
    second.output(OutputStreamName.STDOUT, new byte[] {3});
    JobJournal.Reader again = second.reader(Position.parse(heard.last).orElseThrow());

    assertThat(again.next().orElseThrow())
        .isInstanceOfSatisfying(
            JobEvent.StateChanged.class, changed -> assertThat(changed.attempt()).isEqualTo(2));
    assertThat(again.next().orElseThrow())
        .isInstanceOfSatisfying(
            JobEvent.Output.class, output -> assertThat(output.bytes()).containsExactly(3));
    assertThat(again.next()).isEmpty();
  }

  @Test
  void aLongPieceComesInSeveralEvents() {
    JobJournal journal = new JobJournal(1);
    journal.output(OutputStreamName.STDERR, new byte[JobJournal.MOST_BYTES + 1]);
    JobJournal.Reader reader = journal.reader(Position.START);
    reader.next();

    assertThat(((JobEvent.Output) reader.next().orElseThrow()).bytes())
        .hasSize(JobJournal.MOST_BYTES);
    assertThat(((JobEvent.Output) reader.next().orElseThrow()).bytes()).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "x",
        "1",
        "1.2.3",
        "1.9.0.0.0.0",
        "-1.0.0.0.0.0",
        "1.1.0.0.0.0.0",
        "1.1.1e3.0.0.0"
      })
  void whatIsNoIdOfAnEventIsNone(String id) {
    assertThat(Position.parse(id)).isEmpty();
  }

  @Test
  void anIdFromElsewhereDoesNoHarm() {
    JobJournal journal = new JobJournal(1);
    journal.output(OutputStreamName.STDOUT, new byte[] {1});

    assertThat(journal.reader(Position.parse("1.3.9999999999.0.0.0").orElseThrow()).next())
        .isEmpty();
  }
}
