package dev.cloude.ejb.lease;

import dev.cloude.ejb.database.InstantConverter;
import jakarta.persistence.Column;
import jakarta.persistence.Convert;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import jakarta.persistence.UniqueConstraint;
import java.time.Instant;
import java.util.UUID;

/** A lease's row; it exists as long as the address is taken. */
@Entity
@Table(
    name = "ip_lease",
    uniqueConstraints =
        @UniqueConstraint(
            name = "ip_lease_address",
            columnNames = {"network", "address"}))
public class IpLease {
  @Id
  @Column(name = "id")
  private String id;

  /** As in {@code 10.39.1.0/24}. */
  @Column(name = "network")
  private String network;

  /** As in {@code 10.39.1.2}. */
  @Column(name = "address")
  private String address;

  @Column(name = "job_id")
  private String jobId;

  /** Whose guest has it. */
  @Column(name = "node_id")
  private String nodeId;

  @Convert(converter = InstantConverter.class)
  @Column(name = "leased_at")
  private Instant leasedAt;

  protected IpLease() {}

  IpLease(String network, String address, String jobId, String nodeId, Instant now) {
    this.id = UUID.randomUUID().toString();
    this.network = network;
    this.address = address;
    this.jobId = jobId;
    this.nodeId = nodeId;
    this.leasedAt = now;
  }

  String id() {
    return id;
  }
}
