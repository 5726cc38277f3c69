package dev.cloude.runtime.session;

import dev.cloude.runtime.agent.AgentClient;
import dev.cloude.runtime.agent.TcpChannel;
import dev.cloude.runtime.agent.Ticker;
import dev.cloude.runtime.driver.VmHandle;
import java.net.InetSocketAddress;

/**
 * How one VM's agent is reached.
 *
 * @param client to speak with it
 * @param start tells when that can begin
 * @param end of the VM; it ends what the client waits for
 */
record AgentAccess(AgentClient client, AgentStart start, VmEnd end) {

  AgentAccess {
    // A guest that is gone does not hang up: without this, a wait for it would last to its limit.
    end.exited().thenRun(client::abort);
  }

  /** By the sockets with which the guest was started. */
  static AgentAccess bySockets(VmHandle vm, Ticker ticker) {
    VmEnd end = new VmEnd(vm.exited());
    return new AgentAccess(
        new AgentClient(new SocketChannel(vm.sockets()), ticker),
        new AnnouncedStart(vm.sockets(), end),
        end);
  }

  /** Over the guests' network. */
  static AgentAccess byNetwork(VmHandle vm, InetSocketAddress address, Ticker ticker) {
    VmEnd end = new VmEnd(vm.exited());
    AgentClient client = new AgentClient(new TcpChannel(address), ticker);
    return new AgentAccess(client, new PolledStart(client, end), end);
  }
}
