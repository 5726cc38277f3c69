package dev.cloude.vmm;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * Debian's kernel with a busybox whose init does what the command line's word {@code do=} says. It
 * prints nothing but the answers, each as a line {@code name=value}.
 */
final class LinuxGuest {
  static final String COMMAND_LINE =
      "console=ttyS0 quiet loglevel=1 panic=-1 reboot=k pci=off i8042.noaux i8042.nomux"
          + " i8042.dumbkbd cryptomgr.notests random.trust_cpu=on tsc=reliable no_timer_check"
          + " mitigations=off rdinit=/init ";

  // Reading the terminal's settings with TCSADRAIN semantics lets the answers out before the end.
  private static final String INIT =
      """
      #!/bin/busybox sh
      export PATH=/bin
      busybox mount -t proc proc /proc
      busybox mount -t sysfs sysfs /sys
      busybox mount -t devtmpfs dev /dev
      busybox devmem 0xc0000000 8 123
      word() { busybox sed -n "s/.* $1=\\([^ ]*\\).*/\\1/p" /proc/cmdline; }
      say() { echo "$1=$2"; }
      lost() { busybox ping -c 5 -s 1400 "$(word peer)" | busybox sed -n 's/.* \\([0-9]*\\)% packet loss.*/\\1/p'; }
      say cpus "$(busybox grep -c ^processor /proc/cpuinfo)"
      say memory "$(busybox awk '/MemTotal/ { print $2 }' /proc/meminfo)"
      say clock "$(busybox cat /sys/devices/system/clocksource/clocksource0/current_clocksource)"
      if [ -f /lib/modules/order ]; then
        while read -r m; do busybox insmod /lib/modules/$m; done </lib/modules/order
        while read -r m; do busybox insmod /lib/modules/$m; done </lib/modules/order.net
        say rng "$(busybox cat /sys/class/misc/hw_random/rng_current)"
        say random "$(busybox head -c 16 /dev/hwrng | busybox wc -c)"
      fi
      if [ -n "$(word disk)" ]; then
        while read -r m; do busybox insmod /lib/modules/$m; done </lib/modules/order.disk
        say readonly "$(busybox cat /sys/block/vda/ro)"
        say serial "$(busybox cat /sys/block/vdb/serial)"
        say first "$(busybox sha256sum /dev/vda | busybox cut -c1-64)"
        say second "$(busybox sha256sum /dev/vdb | busybox cut -c1-64)"
        busybox dd if=/dev/zero of=/dev/vda bs=512 count=1 conv=fsync 2>/dev/null
        say written $?
      fi
      if [ -n "$(word vsock)" ]; then
        while read -r m; do busybox insmod /lib/modules/$m; done </lib/modules/order.vsock
        vsock-probe
      fi
      ip=$(word ip)
      if [ -n "$ip" ]; then
        busybox ip link set lo up
        # A driver that goes resets its device, once under traffic.
        for each in $(busybox seq "$(word reloads)"); do
          busybox ip link set eth0 up
          busybox ip addr add "$ip" dev eth0
          busybox ping -c 1 -s 1400 "$(word peer)" >/dev/null && say reloaded yes
          busybox ping -A -c 1000 "$(word peer)" >/dev/null 2>&1 &
          busybox rmmod virtio_net
          busybox insmod /lib/modules/virtio_net.ko
        done
        busybox ip link set eth0 up
        busybox ip addr add "$ip" dev eth0
        say mac "$(busybox cat /sys/class/net/eth0/address)"
        say lost "$(lost)"
      fi
      if [ -n "$(word port)" ]; then
        busybox nc "$(word peer)" "$(word port)" </dev/null >/received
        say sum "$(busybox sha256sum /received | busybox cut -c1-64)"
        busybox nc "$(word peer)" "$(word port)" </received
      fi
      if [ -n "$(word flood)" ]; then
        # Each line of the log goes out as one datagram.
        busybox syslogd -n -O /dev/null -R "$(word peer):$(word flood)" &
        while [ ! -S /dev/log ]; do busybox usleep 10000; done
        say flooding yes
        busybox yes flood | busybox head -n "$(word lines)" | busybox logger
        busybox nc "$(word peer)" "$(word barrier)" </dev/null
        say lostafter "$(lost)"
      fi
      if [ -n "$(word fill)" ]; then
        high() { busybox awk '/zone +Normal/ { n = 1 } n && /pages free/ { print $3; exit }' /proc/zoneinfo; }
        before=$(high)
        busybox yes 0123456789abcde | busybox head -c 16777216 >/filling
        say taken $(((before - $(high)) * 4))
        say filled "$(busybox sha256sum /filling | busybox cut -c1-64)"
      fi
      say file "$(busybox sha256sum /data 2>/dev/null | busybox cut -c1-64)"
      busybox stty -F /dev/ttyS0 sane
      case "$(word do)" in
        poweroff) busybox poweroff -f ;;
        reboot) busybox reboot -f ;;
        panic) echo c >/proc/sysrq-trigger ;;
        spin) while :; do :; done ;;
        wait)
          echo 2 >/proc/sys/kernel/watchdog_thresh
          for each in $(busybox seq "$(word busy)"); do
            while :; do :; done &
          done
          say watchdog "$(busybox cat /proc/sys/kernel/watchdog_thresh)"
          say waiting yes
          while :; do busybox sleep 1; say tick yes; done ;;
      esac
      """;

  private LinuxGuest() {}

  static Path kernel() {
    return Path.of(required("cloude.test.kernel"));
  }

  /**
   * @param data goes to /data in the guest; none when empty
   */
  static Path initramfs(Path folder, boolean modules, byte[] data) throws IOException {
    CpioArchive archive = new CpioArchive();
    for (String name : List.of("bin", "dev", "proc", "sys", "lib", "lib/modules")) {
      archive.folder(name);
    }
    archive.console();
    archive.file("bin/busybox", Path.of(System.getProperty("cloude.test.busybox", "/bin/busybox")));
    archive.file("init", INIT.getBytes(StandardCharsets.UTF_8));
    if (modules) {
      Path from = Path.of(required("cloude.test.modules"));
      modules(archive, from, "order");
      modules(archive, from, "order.net");
      modules(archive, from, "order.disk");
      String probe = System.getProperty("cloude.test.vsock-probe");
      if (probe != null) {
        modules(archive, from, "order.vsock");
        archive.file("bin/vsock-probe", Path.of(probe));
      }
    }
    if (data.length > 0) {
      archive.file("data", data);
    }
    return archive.writeTo(folder.resolve("initramfs.cpio"));
  }

  private static void modules(CpioArchive archive, Path from, String order) throws IOException {
    for (String name : Files.readAllLines(from.resolve(order))) {
      archive.file("lib/modules/" + name, from.resolve(name));
    }
    archive.file("lib/modules/" + order, from.resolve(order));
  }

  /** What {@code fill=} makes the guest write: 16 MiB. */
  static byte[] filling() {
    return "0123456789abcde\n".repeat(1 << 20).getBytes(StandardCharsets.US_ASCII);
  }

  /** The guest's first answer to {@code name}, or empty text. */
  static String answer(MicroVm vm, String name) {
    return lines(vm, name).map(l -> l.substring(name.length() + 1)).findFirst().orElse("");
  }

  /** How often the guest has answered to {@code name}. */
  static long answers(MicroVm vm, String name) {
    return lines(vm, name).count();
  }

  private static Stream<String> lines(MicroVm vm, String name) {
    String console = new String(vm.consoleTail(), StandardCharsets.UTF_8);
    return console.lines().map(String::strip).filter(l -> l.startsWith(name + "="));
  }

  private static String required(String property) {
    String value = System.getProperty(property);
    if (value == null) {
      throw new IllegalStateException("Set -D" + property + " to run the tests that boot Linux.");
    }
    return value;
  }
}
