package dev.cloude.vmm.boot.acpi;

import java.util.ArrayList;
import java.util.List;

/** The table that names the machine's devices. */
final class Dsdt {
  private static final int PRESENT = 0x0f;

  private Dsdt() {}

  static byte[] table(AcpiMachine machine) {
    List<byte[]> devices = new ArrayList<>();
    devices.add(
        Aml.device(
            "COM1",
            Aml.name("_HID", Aml.string("PNP0501")),
            Aml.name("_UID", Aml.integer(0)),
            Aml.name(
                "_CRS",
                Aml.resources(
                    Aml.ports(machine.serial().port(), 8),
                    Aml.interrupt(machine.serial().gsi())))));
    devices.add(
        Aml.device(
            "PS2K",
            Aml.name("_HID", Aml.string("PNP0303")),
            Aml.name("_STA", Aml.integer(PRESENT)),
            Aml.name(
                "_CRS",
                Aml.resources(
                    Aml.ports(machine.keyboard().port(), 1),
                    Aml.ports(machine.keyboard().port() + 4, 1),
                    Aml.interrupt(machine.keyboard().gsi())))));
    for (int i = 0; i < machine.virtio().size(); i++) {
      devices.add(virtio(i, machine.virtio().get(i)));
    }
    byte[] sleep =
        Aml.name(
            "_S5_",
            Aml.pack(
                Aml.integer(AcpiMachine.SLEEP_TYPE_S5),
                Aml.integer(0),
                Aml.integer(0),
                Aml.integer(0)));
    byte[] bus = Aml.scope("\\_SB_", devices.toArray(byte[][]::new));
    return Table.with("DSDT", 2, Aml.bytes(sleep, bus));
  }

  private static byte[] virtio(int index, AcpiMachine.Window window) {
    return Aml.device(
        String.format("V%03X", index),
        Aml.name("_HID", Aml.string("LNRO0005")),
        Aml.name("_UID", Aml.integer(index)),
        Aml.name("_CCA", Aml.integer(1)),
        Aml.name(
            "_CRS",
            Aml.resources(
                Aml.memory32(window.base(), window.size()), Aml.interrupt(window.gsi()))));
  }
}
