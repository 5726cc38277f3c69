package dev.cloude.ejb.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloude.ejb.database.Provider;
import dev.cloude.ejb.database.TestDatabase;
import java.util.function.Function;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class NodesTest {
  private TestDatabase database;

  private <T> T nodes(Function<Nodes, T> work) {
    return database.inTransaction(em -> work.apply(new Nodes(em)));
  }

  private void begin(String life) {
    nodes(
        nodes -> {
          nodes.begin("a", life);
          return null;
        });
  }

  @ParameterizedTest
  @EnumSource
  void aLifeGoesOnUntilItIsEndedOrFoundDead(Provider provider) throws Exception {
    database = TestDatabase.empty(provider);
    begin("one");
    assertThat(this.<Boolean>nodes(n -> n.beat("a", "one"))).isTrue();
    assertThat(nodes(Nodes::all)).containsExactly(new Peer("a", "one", 1));

    assertThat(this.<Boolean>nodes(n -> n.remove(new Peer("a", "one", 0)))).isFalse();
    assertThat(this.<Boolean>nodes(n -> n.remove(new Peer("a", "one", 1)))).isTrue();
    assertThat(this.<Boolean>nodes(n -> n.beat("a", "one"))).isFalse();

    begin("two");
    begin("three");
    assertThat(this.<Boolean>nodes(n -> n.beat("a", "two"))).isFalse();
    assertThat(this.<Boolean>nodes(n -> n.beat("a", "three"))).isTrue();
    nodes(
        nodes -> {
          nodes.end("a", "two");
          return null;
        });
    assertThat(nodes(Nodes::all)).hasSize(1);
  }
}
