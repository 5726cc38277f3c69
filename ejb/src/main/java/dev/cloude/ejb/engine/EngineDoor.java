package dev.cloude.ejb.engine;

import dev.cloude.ejb.journal.NodeControl;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/**
 * What others may ask of the engine.
 *
 * @param ending ends a job of this node; may wait until its VM is gone
 */
record EngineDoor(
    VmPermits permits, JobDispatcher dispatcher, Executor callbacks, Consumer<String> ending)
    implements NodeControl.Engine {

  @Override
  public void cancel(String jobId) {
    callbacks.execute(() -> ending.accept(jobId));
  }

  @Override
  public int maxVms() {
    return permits.most();
  }

  @Override
  public int freeVms() {
    return permits.free();
  }

  @Override
  public boolean accepting() {
    return dispatcher.claiming();
  }
}
