package dev.cloude.ejb.node;

import dev.cloude.ejb.database.InstantConverter;
import jakarta.persistence.Column;
import jakarta.persistence.Convert;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;

/** A node's row; it exists as long as nobody found the node dead. */
@Entity
@Table(name = "node")
public class NodeRow {
  @Id
  @Column(name = "id")
  private String id;

  /** Another one after each start. */
  @Column(name = "life")
  private String life;

  /** Grows while the node lives. */
  @Column(name = "beat")
  private long beat;

  @Convert(converter = InstantConverter.class)
  @Column(name = "started_at")
  private Instant startedAt;

  protected NodeRow() {}

  NodeRow(String id, String life, Instant startedAt) {
    this.id = id;
    this.life = life;
    this.startedAt = startedAt;
  }

  Peer peer() {
    return new Peer(id, life, beat);
  }
}
