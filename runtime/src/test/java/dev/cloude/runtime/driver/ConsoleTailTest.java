package dev.cloude.runtime.driver;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class ConsoleTailTest {
  private final List<String> logged = new ArrayList<>();
  private final ConsoleTail console = new ConsoleTail(logged::add);

  @Test
  void findsTheKernelsLastWordsInPieces() {
    print("[    1.2] Kernel panic - no");
    assertThat(console.panic()).isEmpty();
    print("t syncing: Attempted to kill init!");
    assertThat(console.panic()).contains("Kernel panic - not syncing: Attempted to kill init!");
    print("\r\n[    1.3] ---[ end Kernel panic - not syncing: second ]---\n");

    assertThat(console.panic()).contains("Kernel panic - not syncing: Attempted to kill init!");
  }

  @Test
  void logsLinesWithoutControlCharacters() {
    print("a\u001b[31mb\r\nc\td\nrest");

    assertThat(logged).containsExactly("a?[31mb", "c d");
    assertThat(console.tail()).isEqualTo("a?[31mb \nc d\nrest");
  }

  @Test
  void holdsOnlyTheEnd() {
    for (int i = 0; i < 5000; i++) {
      print("line " + i + "\n");
    }

    assertThat(console.tail()).hasSize(ConsoleTail.TAIL_BYTES).endsWith("line 4998\nline 4999\n");
    assertThat(logged).hasSize(ConsoleTail.LOGGED_LINES + 1);
    assertThat(logged.get(ConsoleTail.LOGGED_LINES)).contains("not logged");
  }

  @Test
  void cutsLongLines() {
    print("x".repeat(100_000) + "\n");

    assertThat(logged).singleElement().asString().hasSize(ConsoleTail.LINE_BYTES);
  }

  @Property(tries = 200)
  void takesAnything(@ForAll byte[] bytes) {
    ConsoleTail any = new ConsoleTail();
    any.accept(bytes, 0, bytes.length);

    assertThat(any.tail()).hasSize(bytes.length).matches("[\\n\\x20-\\x7e]*");
  }

  private void print(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
    console.accept(bytes, 0, bytes.length);
  }
}
