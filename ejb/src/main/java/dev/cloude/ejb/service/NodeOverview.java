package dev.cloude.ejb.service;

import dev.cloude.ejb.job.LanguageView;
import dev.cloude.ejb.job.LimitRequest;
import dev.cloude.ejb.job.NodeView;
import dev.cloude.ejb.job.QueueDepth;
import dev.cloude.ejb.journal.NodeControl;
import dev.cloude.ejb.language.Languages;
import dev.cloude.ejb.lease.IpLeases;
import dev.cloude.ejb.node.NodeIdentity;
import dev.cloude.runtime.config.JobSettings;
import dev.cloude.runtime.config.LimitSettings;
import dev.cloude.runtime.config.NetworkSettings;
import dev.cloude.runtime.job.GuestSessions;
import dev.cloude.runtime.job.Limits;
import dev.cloude.runtime.job.NodeInventory;
import jakarta.ejb.EJB;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** Shows this node and its languages to clients. */
@ApplicationScoped
public class NodeOverview {
  @EJB private IpLeases leases;
  @Inject private Languages languages;
  @Inject private NodeInventory inventory;
  @Inject private GuestSessions sessions;
  @Inject private NodeIdentity identity;
  @Inject private NodeControl control;
  @Inject private QueueDepth depth;
  @Inject private JobSettings jobs;
  @Inject private LimitSettings limits;
  @Inject private NetworkSettings network;

  /** The catalogue's languages, sorted by name. */
  public List<LanguageView> languages() {
    return languages.all().stream()
        .map(
            language ->
                new LanguageView(
                    language.name(),
                    language.version(),
                    language.aliases(),
                    language.file(),
                    language.compile().isPresent(),
                    sessions.isReady(language.name())))
        .toList();
  }

  /** This node, now. */
  public NodeView node() {
    NodeControl.Engine engine = control.engine();
    return new NodeView(
        identity.id(),
        identity.startedAt(),
        engine.accepting(),
        engine.maxVms(),
        engine.freeVms(),
        depth.get(),
        jobs.queueLimit(),
        inventory.vms(),
        leases.takenBy(identity.id()),
        inventory.versions(),
        new NodeView.Bounds(asked(limits.defaults()), limits.vcpus(), network.policy()),
        new NodeView.Bounds(asked(limits.ceilings()), limits.vcpusCeiling(), network.policy()));
  }

  private static LimitRequest asked(Limits limits) {
    return new LimitRequest(
        Optional.of(limits.compileWall()),
        Optional.of(limits.runWall()),
        limits.cpu(),
        limits.memoryBytes(),
        limits.processes(),
        OptionalInt.of(limits.outputBytes()),
        limits.fileSizeBytes(),
        limits.diskBytes());
  }
}
