package dev.cloude.runtime.network;

import java.io.IOException;
import java.net.Inet4Address;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/** A host's network in memory, with a record of what was done and failures on demand. */
final class FakeHost implements Links, HostSettings, PacketFilter {
  final List<String> done = new ArrayList<>();
  final TreeSet<String> taps = new TreeSet<>();
  String failing = "nothing";
  boolean bridgeUp;
  boolean filterFlushed;
  Runnable beforeAdd = () -> {};

  @Override
  public void ensureBridge(String bridge, Inet4Address address, int prefixLength)
      throws IOException {
    does("bridge " + bridge + " " + address.getHostAddress() + "/" + prefixLength);
    bridgeUp = true;
  }

  @Override
  public boolean isUp(String bridge) {
    return bridgeUp;
  }

  @Override
  public void addPort(String bridge, String device, String mac, Inet4Address address)
      throws IOException {
    beforeAdd.run();
    does("add " + device + " " + mac + " " + address.getHostAddress());
    taps.add(device);
  }

  @Override
  public boolean isPort(String bridge, String device) {
    return taps.contains(device);
  }

  @Override
  public void removePort(String bridge, String device, Inet4Address address) throws IOException {
    does("remove " + device);
    taps.remove(device);
  }

  @Override
  public List<String> taps(String prefix) {
    return taps.stream().filter(tap -> tap.startsWith(prefix)).toList();
  }

  @Override
  public void removeTap(String device) throws IOException {
    does("remove leftover " + device);
    taps.remove(device);
  }

  @Override
  public boolean set(String name, String value) throws IOException {
    does("set " + name + " " + value);
    return true;
  }

  @Override
  public void apply(String rules) throws IOException {
    does("filter " + rules.strip().lines().findFirst().orElse(""));
  }

  @Override
  public boolean has(String table) {
    return !filterFlushed && table.equals("cloude_br0");
  }

  private void does(String what) throws IOException {
    done.add(what);
    if (what.startsWith(failing)) {
      throw new IOException("the kernel said no");
    }
  }
}
