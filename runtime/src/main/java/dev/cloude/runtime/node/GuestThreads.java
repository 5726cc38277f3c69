package dev.cloude.runtime.node;

import dev.cloude.runtime.config.VmSettings;
import jakarta.annotation.PostConstruct;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Typed;
import jakarta.inject.Inject;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import javax.naming.InitialContext;
import javax.naming.NamingException;

/**
 * The threads that read what QEMU's VMs say, two for each; with our own monitor, one of those makes
 * VMs ahead. One makes TAP devices ahead. They come from the server's own factory where it has one.
 */
@ApplicationScoped
@Typed(GuestThreads.class)
public class GuestThreads implements Executor {
  private static final Logger LOG = System.getLogger(GuestThreads.class.getName());
  private static final String SERVERS_FACTORY = "java:comp/DefaultManagedThreadFactory";
  private static final int PER_VM = 2;

  /** VMs that are being ended still have theirs. */
  private static final int ENDING_VMS = 4;

  private static final long IDLE_SECONDS = 10;

  @Inject private VmSettings settings;
  private ThreadPoolExecutor pool;

  @PostConstruct
  void start() {
    pool =
        new ThreadPoolExecutor(
            0,
            PER_VM * (settings.maxConcurrent() + ENDING_VMS),
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new SynchronousQueue<>(),
            factory());
  }

  /** Runs a task at once on a thread of its own, or refuses it. */
  @Override
  public void execute(Runnable task) {
    pool.execute(task);
  }

  /** The tasks end with their VMs. */
  @PreDestroy
  void stop() {
    pool.shutdown();
  }

  @SuppressWarnings("BanJNDI") // A constant name in the server's own naming context.
  private static ThreadFactory factory() {
    try {
      return InitialContext.doLookup(SERVERS_FACTORY);
    } catch (NamingException e) {
      LOG.log(Level.INFO, "{0} is not there; guests are read by plain threads.", SERVERS_FACTORY);
      return Executors.defaultThreadFactory();
    }
  }
}
