package dev.cloude.runtime.session;

import dev.cloude.runtime.agent.AgentException;
import dev.cloude.runtime.agent.AgentException.Code;
import dev.cloude.runtime.agent.Deadline;
import dev.cloude.runtime.agent.ReadyWord;
import dev.cloude.vmm.virtio.vsock.Vsock;
import dev.cloude.vmm.virtio.vsock.VsockConnection;
import java.io.FilterInputStream;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;

/**
 * Waits for the agent's word. It is the guest's first process, and no program runs before it has
 * spoken: the first connection is its, and after that nobody of the guest is listened to.
 *
 * @param sockets the host's side of the guest's
 * @param end of its VM
 */
record AnnouncedStart(Vsock sockets, VmEnd end) implements AgentStart {
  /** What a VM whose sockets have ended takes to be gone; a guest that only hung up is not. */
  private static final Duration END_LIMIT = Duration.ofSeconds(5);

  @Override
  public boolean await(Deadline deadline) throws AgentException, InterruptedException {
    try (VsockConnection word = sockets.accept(SocketChannel.READY_PORT, deadline.remaining())) {
      ReadyWord.read(new Bounded(word, deadline));
      return true;
    } catch (SocketTimeoutException e) {
      return false;
    } catch (IOException e) {
      // An interrupt that ended the wait is still there, and ends this one too.
      if (end.comesWithin(deadline.atMost(END_LIMIT))) {
        return false;
      }
      throw new AgentException(Code.PROTOCOL, String.valueOf(e.getMessage()), e);
    } finally {
      sockets.stopListening(SocketChannel.READY_PORT);
    }
  }

  /** Each byte within what is left of the time. */
  private static final class Bounded extends FilterInputStream {
    private final VsockConnection connection;
    private final Deadline deadline;

    Bounded(VsockConnection connection, Deadline deadline) {
      super(connection.input());
      this.connection = connection;
      this.deadline = deadline;
    }

    @Override
    public int read() throws IOException {
      if (deadline.isOver()) {
        throw new SocketTimeoutException("the time limit was reached");
      }
      connection.readLimit(deadline.remaining());
      return super.read();
    }

    @Override
    public int read(byte[] target, int offset, int length) {
      throw new UnsupportedOperationException("A word is read byte by byte.");
    }
  }
}
