package dev.cloude.vmm.net;

import dev.cloude.vmm.libc.Errno;
import dev.cloude.vmm.libc.ErrnoException;

/** A table of the host's packet filter (nftables), which others make. */
public final class FilterTable {
  // linux/netfilter/nfnetlink.h, nf_tables.h; NFNL_SUBSYS_NFTABLES is the high byte.
  private static final int NFT_MSG_GETTABLE = 10 << 8 | 1;
  private static final int NFTA_TABLE_NAME = 1;

  /** What a table's rules are for (linux/netfilter.h). */
  public enum Family {
    INET(1),
    BRIDGE(7);

    private final int number;

    Family(int number) {
      this.number = number;
    }
  }

  private FilterTable() {}

  /**
   * Whether there is such a table in this network namespace.
   *
   * @throws NetException when the kernel does not say
   */
  public static boolean exists(Family family, String name) {
    NetlinkMessage message =
        new NetlinkMessage(NFT_MSG_GETTABLE, Rtnetlink.ASK)
            .filterHeader(family.number)
            .attribute(NFTA_TABLE_NAME, name);
    try (NetlinkSocket socket = NetlinkSocket.netfilter()) {
      socket.request(message);
      return true;
    } catch (ErrnoException e) {
      if (e.errno() == Errno.ENOENT) {
        return false;
      }
      throw NetException.refused("look up the filter table " + name, e);
    }
  }
}
