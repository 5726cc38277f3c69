package dev.cloude.vmm.boot.acpi;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What Intel's compiler reads in our tables. Needs iasl, of Debian's package acpica-tools. */
@Tag("acpi")
class AcpiDisassemblyTest {
  private static final Pattern SUMMARY =
      Pattern.compile("Compilation successful. (\\d+) Errors, (\\d+) Warnings");

  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({"1, 0", "2, 2", "4, 19", "32, 19"})
  void everyTableIsReadWithoutComplaint(int vcpus, int devices) throws Exception {
    List<String> signatures = new ArrayList<>();
    for (byte[] table : tables(vcpus, devices)) {
      String signature = new String(table, 0, 4, StandardCharsets.US_ASCII);
      signatures.add(signature);
      String source = disassemble(signature, table);
      assertThat(source).contains("Signature").doesNotContain("Unknown", "ERROR", "Invalid");
      if (signature.equals("DSDT")) {
        assertCompiles(Files.writeString(folder.resolve("again.dsl"), source));
        assertThat(source.split("\"LNRO0005\"", -1)).hasSize(devices + 1);
      }
    }
    assertThat(signatures).containsExactly("DSDT", "FACP", "APIC", "XSDT");
  }

  @Test
  void theDevicesAreReadAsTheyWereMeant() throws Exception {
    assertThat(disassemble("DSDT", tables(2, 19).get(0)))
        .contains("Device (COM1)", "Device (PS2K)", "Device (V000)", "Device (V012)")
        .contains("\"LNRO0005\"", "Name (_S5, Package (0x04)")
        .contains("Interrupt (ResourceConsumer, Edge, ActiveHigh, Exclusive, ,, )")
        .contains("Memory32Fixed (ReadWrite,")
        .contains("0xC0001000,         // Address Base");
  }

  // As they lie in memory, one behind the other.
  private static List<byte[]> tables(int vcpus, int devices) {
    byte[] all =
        AcpiTables.place(
                AcpiTablesTest.machine(vcpus, devices), AcpiTablesTest.RSDP, AcpiTablesTest.TABLES)
            .tables();
    ByteBuffer bytes = ByteBuffer.wrap(all).order(ByteOrder.LITTLE_ENDIAN);
    List<byte[]> tables = new ArrayList<>();
    for (int at = 0; at < all.length; at += tables.get(tables.size() - 1).length + 15 & -16) {
      byte[] table = new byte[bytes.getInt(at + 4)];
      bytes.get(at, table);
      tables.add(table);
    }
    return tables;
  }

  private String disassemble(String name, byte[] table) throws Exception {
    Path file = Files.write(folder.resolve(name + ".dat"), table);
    assertThat(iasl("-d", file.toString()))
        .contains(name)
        .doesNotContainIgnoringCase("error", "warning", "incorrect");
    return Files.readString(folder.resolve(name + ".dsl"));
  }

  private static void assertCompiles(Path source) throws Exception {
    String output = iasl(source.toString());
    Matcher summary = SUMMARY.matcher(output);
    assertThat(summary.find()).as(output).isTrue();
    assertThat(summary.group(1) + summary.group(2)).as(output).isEqualTo("00");
  }

  private static String iasl(String... words) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("iasl"));
    command.addAll(List.of(words));
    Process iasl = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(iasl.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(iasl.waitFor()).as(output).isZero();
    return output;
  }
}
