package dev.cloude.ejb.journal;

import jakarta.enterprise.context.ApplicationScoped;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;

/** What those who answer clients may ask of the engine on this node. Thread-safe. */
@ApplicationScoped
public class NodeControl implements Executor {

  /** The engine, as seen from here. */
  public interface Engine {
    /** Threads of the server for short tasks that tell clients something. */
    Executor callbacks();

    /** Ends a job's VM, if it runs on this node; returns at once. */
    void cancel(String jobId);

    /** Most VMs at once. */
    int maxVms();

    /** VMs that may be started now. */
    int freeVms();

    /** Whether jobs are claimed. */
    boolean accepting();
  }

  /** Null before the engine starts. */
  private volatile Engine engine;

  /** The engine starts. */
  public void use(Engine started) {
    engine = started;
  }

  /**
   * The engine.
   *
   * @throws IllegalStateException before it starts
   */
  public Engine engine() {
    Engine started = engine;
    if (started == null) {
      throw new IllegalStateException("The job engine has not started yet.");
    }
    return started;
  }

  /**
   * Runs a short task on a thread of the server.
   *
   * @throws RejectedExecutionException when the server stops
   */
  @Override
  public void execute(Runnable task) {
    engine().callbacks().execute(task);
  }
}
