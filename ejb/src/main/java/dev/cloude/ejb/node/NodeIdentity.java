package dev.cloude.ejb.node;

import dev.cloude.runtime.config.JobSettings;
import dev.cloude.runtime.config.NetworkSettings;
import jakarta.annotation.PostConstruct;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.UUID;

/**
 * Who this node is. Its id is {@code NODE_ID}, or derived from what stays the same when it starts
 * again and is another's for every other node: the machine's id, the host's name, and the bridge,
 * which no two servers of a host share.
 */
@ApplicationScoped
public class NodeIdentity {
  private static final Path MACHINE_ID = Path.of("/etc/machine-id");

  @Inject private JobSettings jobs;
  @Inject private NetworkSettings network;

  private String id;
  private final String life = UUID.randomUUID().toString();
  private final Instant startedAt = Instant.now();

  @PostConstruct
  void find() {
    id = jobs.nodeId().orElseGet(() -> derived(machineId(), hostName(), network.bridge()));
  }

  static String derived(String machine, String host, String bridge) {
    String all = String.join("\n", machine, host, bridge);
    return UUID.nameUUIDFromBytes(all.getBytes(StandardCharsets.UTF_8)).toString();
  }

  private static String machineId() {
    try {
      return Files.readString(MACHINE_ID).strip();
    } catch (IOException e) {
      return "";
    }
  }

  private static String hostName() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return "";
    }
  }

  /** Stays the same when the server starts again. */
  public String id() {
    return id;
  }

  /** Another one after each start. */
  public String life() {
    return life;
  }

  /** When this life began. */
  public Instant startedAt() {
    return startedAt;
  }
}
