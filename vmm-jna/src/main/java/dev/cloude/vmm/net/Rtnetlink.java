package dev.cloude.vmm.net;

/** Numbers of rtnetlink (linux/rtnetlink.h, if_link.h, if_addr.h, neighbour.h). */
final class Rtnetlink {
  static final int NLM_F_REQUEST = 0x1;
  static final int NLM_F_ACK = 0x4;
  static final int NLM_F_DUMP = 0x300;
  static final int NLM_F_REPLACE = 0x100;
  static final int NLM_F_EXCL = 0x200;
  static final int NLM_F_CREATE = 0x400;

  /** Get one thing or change something. */
  static final int ASK = NLM_F_REQUEST | NLM_F_ACK;

  static final int LIST = NLM_F_REQUEST | NLM_F_DUMP;
  static final int CREATE_NEW = ASK | NLM_F_CREATE | NLM_F_EXCL;
  static final int CREATE_OR_REPLACE = ASK | NLM_F_CREATE | NLM_F_REPLACE;

  static final int RTM_NEWLINK = 16;
  static final int RTM_DELLINK = 17;
  static final int RTM_GETLINK = 18;
  static final int RTM_NEWADDR = 20;
  static final int RTM_GETADDR = 22;
  static final int RTM_NEWNEIGH = 28;
  static final int RTM_DELNEIGH = 29;

  static final int AF_UNSPEC = 0;
  static final int AF_INET = 2;
  static final int AF_BRIDGE = 7;
  static final int AF_INET6 = 10;

  static final int IFINFOMSG_BYTES = 16;
  static final int IFADDRMSG_BYTES = 8;
  static final int IFF_UP = 1;

  static final int IFLA_ADDRESS = 1;
  static final int IFLA_IFNAME = 3;
  static final int IFLA_MASTER = 10;
  static final int IFLA_LINKINFO = 18;
  static final int IFLA_AF_SPEC = 26;
  static final int IFLA_INFO_KIND = 1;
  static final int IFLA_INFO_SLAVE_KIND = 4;
  static final int IFLA_INFO_SLAVE_DATA = 5;
  static final int IFLA_INET6_ADDR_GEN_MODE = 8;
  static final int IN6_ADDR_GEN_MODE_NONE = 1;

  static final int IFLA_BRPORT_LEARNING = 8;
  static final int IFLA_BRPORT_UNICAST_FLOOD = 9;
  static final int IFLA_BRPORT_ISOLATED = 33;
  static final int IFLA_BRPORT_LOCKED = 39;

  static final int IFA_ADDRESS = 1;
  static final int IFA_LOCAL = 2;

  static final int NDA_DST = 1;
  static final int NDA_LLADDR = 2;
  static final int NUD_REACHABLE = 0x02;
  static final int NUD_NOARP = 0x40;
  static final int NUD_PERMANENT = 0x80;
  static final int NTF_MASTER = 0x04;

  private Rtnetlink() {}
}
