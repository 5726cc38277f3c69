package dev.cloude.runtime.network;

import dev.cloude.vmm.net.Bridge;
import dev.cloude.vmm.net.BridgePort;
import dev.cloude.vmm.net.MacAddress;
import dev.cloude.vmm.net.NetException;
import dev.cloude.vmm.net.TapDevice;
import java.io.IOException;
import java.net.Inet4Address;
import java.util.List;
import java.util.concurrent.Callable;

/** The devices of this host, in the network namespace of this process. */
final class KernelLinks implements Links {

  @Override
  public void ensureBridge(String bridge, Inet4Address address, int prefixLength)
      throws IOException {
    run(() -> Bridge.ensure(bridge, address, prefixLength));
  }

  @Override
  public boolean isUp(String bridge) {
    try {
      return Bridge.isUp(bridge);
    } catch (NetException e) {
      return false;
    }
  }

  @Override
  public void addPort(String bridge, String device, String mac, Inet4Address address)
      throws IOException {
    run(
        () -> {
          TapDevice.createPersistent(device);
          BridgePort.attach(bridge, device, MacAddress.parse(mac), address);
        });
  }

  @Override
  public boolean isPort(String bridge, String device) throws IOException {
    return call(() -> BridgePort.isAttached(bridge, device));
  }

  @Override
  public void removePort(String bridge, String device, Inet4Address address) throws IOException {
    run(
        () -> {
          TapDevice.delete(device);
          BridgePort.forget(bridge, address);
        });
  }

  @Override
  public List<String> taps(String prefix) throws IOException {
    return call(() -> TapDevice.list(prefix));
  }

  @Override
  public void removeTap(String device) throws IOException {
    run(() -> TapDevice.delete(device));
  }

  private static void run(Runnable action) throws IOException {
    call(
        () -> {
          action.run();
          return null;
        });
  }

  /** Its messages are sentences; ours are part of one. */
  private static <T> T call(Callable<T> action) throws IOException {
    try {
      return action.call();
    } catch (IOException e) {
      throw e;
    } catch (Exception e) {
      String message = String.valueOf(e.getMessage());
      throw new IOException(
          message.endsWith(".") ? message.substring(0, message.length() - 1) : message, e);
    }
  }
}
