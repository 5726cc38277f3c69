package dev.cloude.vmm.child;

import dev.cloude.vmm.MachineShape;
import dev.cloude.vmm.VmExit;
import dev.cloude.vmm.VmmException;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * A child as its parent sees it: waiting, then running one VM, then gone. One thread reads what it
 * says until it is gone, and one more tells it things from its VM's start on. Every method may be
 * called by any thread.
 */
final class ChildProcess {
  /** What is looked at of a child's complaints: the last. */
  private static final int COMPLAINT_BYTES = 8 << 10;

  private static final int COMPLAINT_CHARACTERS = 300;
  private static final long END_SECONDS = 5;
  // As the child itself limits it, and some for the last part.
  private static final long MAX_CONSOLE = ChildMain.MAX_CONSOLE + (1 << 20);

  private final Process process;
  private final Path complaints;
  private final Optional<MemoryGroup> group;
  private final MessageWriter out;
  private final Outgoing outgoing;
  private final CompletableFuture<Void> ready = new CompletableFuture<>();
  private final CompletableFuture<Long> prepared = new CompletableFuture<>();
  private final CompletableFuture<Map<String, Long>> started = new CompletableFuture<>();
  private final CompletableFuture<VmExit> exit = new CompletableFuture<>();
  private volatile Optional<RemoteVsock> sockets = Optional.empty();
  private volatile Consumer<ByteBuffer> console = bytes -> {};
  private volatile Map<String, Long> figures = Map.of();
  private volatile boolean preparing;
  private volatile boolean killed;

  /** Guarded by this: who asks again and again is heard once. */
  private final Set<Message> toldTheChild = new HashSet<>();

  // The reader's own.
  private VmExit told;
  private String violation;
  private long consoleLeft = MAX_CONSOLE;

  private ChildProcess(Process process, Path complaints, Optional<MemoryGroup> group) {
    this.process = process;
    this.complaints = complaints;
    this.group = group;
    this.out = new MessageWriter(process.getOutputStream());
    this.outgoing = new Outgoing(out, "vm-process-" + process.pid() + "-out");
  }

  /**
   * Takes over a process that was just started, with its group.
   *
   * @param complaints the file that is its standard error, deleted after its end
   */
  static ChildProcess attach(Process process, Path complaints, Optional<MemoryGroup> group) {
    ChildProcess child = new ChildProcess(process, complaints, group);
    Thread reader = new Thread(child::read, "vm-process-" + process.pid());
    reader.setDaemon(true);
    reader.setContextClassLoader(null);
    reader.start();
    return child;
  }

  long id() {
    return process.pid();
  }

  /** Completes when the child waits for its VM; fails with a {@link VmmException} if never. */
  CompletableFuture<Void> ready() {
    return ready.copy();
  }

  /** Completes when the VM waits, with the bytes it holds; fails as {@link #started} if never. */
  CompletableFuture<Long> prepared() {
    return prepared.copy();
  }

  /** Completes when the guest runs; fails with a {@link VmmException} if it never will. */
  CompletableFuture<Map<String, Long>> started() {
    return started.copy();
  }

  /** Completes when the process was reaped and its group removed; never exceptionally. */
  CompletableFuture<VmExit> exit() {
    return exit.copy();
  }

  /** The guest's sockets, once it was given a VM that has them. */
  Optional<RemoteVsock> sockets() {
    return sockets;
  }

  boolean isWaiting() {
    return ready.isDone() && !ready.isCompletedExceptionally() && !exit.isDone();
  }

  /** The last figures that the child told. */
  Map<String, Long> figures() {
    return figures;
  }

  /**
   * Has the child make a VM ahead of its start.
   *
   * @param memory bytes that it may take in all
   */
  void prepare(MachineShape shape, long memory) {
    preparing = true;
    give(new Message.Prepare(shape), memory);
  }

  /**
   * Gives the child its VM.
   *
   * @param memory bytes that it may take in all
   */
  void start(Message.Start start, Consumer<ByteBuffer> lines, long memory) {
    console = lines;
    sockets = start.ports().map(ports -> new RemoteVsock(ports, outgoing));
    give(start, memory);
    outgoing.start();
  }

  private void give(Message vm, long memory) {
    try {
      if (group.isPresent()) {
        group.get().limit(memory);
      }
      out.write(vm);
    } catch (IOException e) {
      fail(
          new VmmException(
              VmmException.Code.PROCESS,
              "The VM cannot be given to its process " + id() + ": " + e.getMessage(),
              e));
      kill();
    }
  }

  private void fail(VmmException why) {
    prepared.completeExceptionally(why);
    started.completeExceptionally(why);
  }

  void agentReady() {
    tellOnce(new Message.AgentReady());
  }

  void requestStop() {
    tellOnce(new Message.Stop());
  }

  private synchronized void tellOnce(Message message) {
    if (toldTheChild.add(message)) {
      outgoing.say(message);
    }
  }

  void kill() {
    killed = true;
    // Not the process itself, which would close its pipes and wait for who writes to them.
    process.toHandle().destroyForcibly();
  }

  private void read() {
    try {
      MessageReader in = new MessageReader(process.getInputStream());
      Optional<Message> next = in.next();
      while (next.isPresent() && told == null) {
        take(next.get());
        next = told == null ? in.next() : Optional.empty();
      }
    } catch (MessageException e) {
      violation = e.getMessage();
    } catch (IOException e) {
      // The pipe of a process that is gone: its exit value says more.
    } catch (RuntimeException e) {
      violation = "what could not be taken (" + e + ")";
    }
    finish();
  }

  private void take(Message message) throws MessageException {
    if (message instanceof Message.Ready && !ready.isDone()) {
      ready.complete(null);
    } else if (message instanceof Message.Prepared now && preparing && !prepared.isDone()) {
      prepared.complete(now.heldBytes());
    } else if (message instanceof Message.Started now && ready.isDone() && !started.isDone()) {
      figures = now.figures();
      started.complete(now.figures());
    } else if (message instanceof Message.Refused no && ready.isDone() && !started.isDone()) {
      fail(new VmmException(no.code(), no.sentence()));
    } else if (message instanceof Message.Console part && ready.isDone()) {
      consoleLeft -= part.bytes().length;
      if (consoleLeft < 0) {
        throw new MessageException("more of its guest's console than any may");
      }
      console.accept(ByteBuffer.wrap(part.bytes()).asReadOnlyBuffer());
    } else if (message instanceof SocketMessage socket && runs() && sockets.isPresent()) {
      sockets.get().take(socket);
    } else if (message instanceof Message.Ended end && ready.isDone()) {
      figures = end.figures();
      told = new VmExit(end.cause(), end.detail());
    } else {
      throw new MessageException(
          "a message out of turn (" + message.getClass().getSimpleName() + ")");
    }
  }

  private boolean runs() {
    return started.isDone() && !started.isCompletedExceptionally();
  }

  private void finish() {
    outgoing.close();
    sockets.ifPresent(all -> all.close("The VM has ended."));
    if (told == null && violation == null) {
      // Its output ends a moment before itself. What has said its last has nothing left to do.
      awaitEnd();
    }
    process.destroyForcibly();
    int exitValue = reap();
    String complaint = complaint();
    boolean overrun = group.map(MemoryGroup::overrun).orElse(false);
    group.ifPresent(MemoryGroup::close);
    closeStreams();
    VmExit end = ChildEnd.of(told, violation, killed, overrun, exitValue, id());
    VmmException why =
        new VmmException(
            VmmException.Code.PROCESS,
            complaint.isEmpty() ? end.detail() : end.detail() + " It said: " + complaint);
    ready.completeExceptionally(why);
    fail(why);
    exit.complete(end);
  }

  private void awaitEnd() {
    try {
      process.waitFor(END_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      // Nobody interrupts this thread; it is killed all the sooner.
      killed = true;
    }
  }

  private int reap() {
    while (true) {
      try {
        return process.waitFor();
      } catch (InterruptedException e) {
        // Killed: it does end.
      }
    }
  }

  private String complaint() {
    try (SeekableByteChannel all = Files.newByteChannel(complaints)) {
      ByteBuffer last = ByteBuffer.allocate(COMPLAINT_BYTES);
      all.position(Math.max(0, all.size() - COMPLAINT_BYTES)).read(last);
      String text = new String(last.array(), 0, last.position(), StandardCharsets.UTF_8);
      Files.deleteIfExists(complaints);
      return Fields.printable(text, COMPLAINT_CHARACTERS);
    } catch (IOException e) {
      return "";
    }
  }

  private void closeStreams() {
    for (Closeable stream : List.of(process.getInputStream(), process.getOutputStream())) {
      try {
        stream.close();
      } catch (IOException e) {
        // A pipe to a process that is gone has nothing to lose.
      }
    }
  }
}
