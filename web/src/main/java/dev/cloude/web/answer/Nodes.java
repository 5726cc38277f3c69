package dev.cloude.web.answer;

import dev.cloude.api.v1.BoundsBody;
import dev.cloude.api.v1.LanguageBody;
import dev.cloude.api.v1.LanguagesBody;
import dev.cloude.api.v1.LimitsBody;
import dev.cloude.api.v1.NodeBody;
import dev.cloude.ejb.job.LanguageView;
import dev.cloude.ejb.job.LimitRequest;
import dev.cloude.ejb.job.NodeView;
import java.time.Duration;
import java.util.List;

/** This node and its languages as clients see them. */
public final class Nodes {
  private Nodes() {}

  /** The catalogue's languages. */
  public static LanguagesBody of(List<LanguageView> languages) {
    return new LanguagesBody(languages.stream().map(Nodes::of).toList());
  }

  private static LanguageBody of(LanguageView language) {
    return new LanguageBody(
        language.name(),
        language.version(),
        language.aliases(),
        language.file(),
        language.compiled(),
        language.available());
  }

  /** This node, now. */
  public static NodeBody of(NodeView node) {
    return new NodeBody(
        node.id(),
        node.startedAt().toString(),
        node.accepting(),
        node.maxVms(),
        node.freeVms(),
        node.queued(),
        node.queueLimit(),
        node.vms(),
        node.leases(),
        node.versions(),
        bounds(node.defaults()),
        bounds(node.ceilings()));
  }

  private static BoundsBody bounds(NodeView.Bounds bounds) {
    return new BoundsBody(limits(bounds.limits()), bounds.vcpus(), WireNames.of(bounds.network()));
  }

  private static LimitsBody limits(LimitRequest limits) {
    return new LimitsBody(
        limits.compileWall().map(Duration::toMillis).orElse(null),
        limits.runWall().map(Duration::toMillis).orElse(null),
        limits.cpu().map(Duration::toMillis).orElse(null),
        Results.orNull(limits.memoryBytes()),
        Results.orNull(limits.processes()),
        Results.orNull(limits.outputBytes()),
        Results.orNull(limits.fileSizeBytes()),
        Results.orNull(limits.diskBytes()));
  }
}
