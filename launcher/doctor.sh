# shellcheck shell=bash
# What this host can do, what is missing, how to get it.

doctor_usage() {
  cat >&2 <<'USAGE'
usage: ./cloude doctor [--prepare]

Says what this host offers and what is missing; exit 1 if something that Cloude needs is missing.
--prepare fetches and builds everything that the other commands use, so that they start at once.
USAGE
  exit "$EXIT_USAGE"
}

cmd_doctor() {
  case ${1:-} in
    '') doctor_report ;;
    --prepare)
      [ $# -eq 1 ] || doctor_usage
      prepare
      ;;
    *) doctor_usage ;;
  esac
}

# prepare [LANGUAGE...]: without one, every image.
prepare() {
  need javac mvn go qemu-system-x86_64 mmdebstrap nft ip unshare curl
  need_static_busybox
  ensure_guest_kernel
  ensure_lab_kernel
  ensure_built
  ensure_images "$@"
  ensure_payara
  step "preparing WildFly" ensure_wildfly
}

DOCTOR_MISSING=0

good() { printf '  ok       %s\n' "$*"; }
note() { printf '  note     %s\n' "$*"; }
bad() {
  printf '  MISSING  %s\n' "$*"
  DOCTOR_MISSING=1
}

doctor_report() {
  echo "To build:"
  doctor_command javac "a JDK, 17 or newer"
  doctor_command mvn "Maven, 3.8 or newer"
  doctor_command go "Go, 1.19 or newer"
  doctor_command mmdebstrap "builds language images from Debian packages"
  doctor_command mkfs.erofs "makes disks of them"
  if have skopeo; then
    good "skopeo (fetches images from registries)"
  else
    note "skopeo is not installed; it is when a catalogue names images in registries or archives"
  fi
  echo "To run:"
  doctor_command java "a Java runtime, 17 or newer"
  doctor_command nft "the rules that keep guests apart"
  doctor_command qemu-system-x86_64 "the fallback driver, and the lab"
  doctor_device /dev/net/tun "TAP devices: sudo modprobe tun"
  doctor_kvm
  doctor_vhost
  doctor_isolation
  doctor_privilege
  doctor_memory
  echo "Made so far:"
  doctor_file "$(guest_kernel)" "the guest kernel"
  doctor_file "$WAR" "the server's archive"
  doctor_images
  if [ "$DOCTOR_MISSING" -ne 0 ]; then
    echo "Something is missing. './cloude doctor --prepare' gets all that may be had without asking."
    return 1
  fi
  echo "Nothing is missing."
}

doctor_command() {
  if have "$1"; then
    good "$1 ($2)"
  else
    bad "$1 ($2): sudo apt-get install $(package_of "$1")"
  fi
}

doctor_device() {
  if [ -r "$1" ] && [ -w "$1" ]; then
    good "$1"
  elif [ -e "$1" ]; then
    bad "$1 cannot be opened by $(id -un): run as root, or join the group $(stat -c %G "$1")"
  else
    bad "$1 ($2)"
  fi
}

# KVM is no must: the qemu driver emulates where there is none.
doctor_kvm() {
  if [ ! -e /dev/kvm ]; then
    note "no /dev/kvm: switch on virtualization in the firmware, then sudo modprobe kvm_intel or kvm_amd; until then the qemu driver emulates, many times slower"
  elif [ ! -r /dev/kvm ] || [ ! -w /dev/kvm ]; then
    note "/dev/kvm cannot be opened by $(id -un): sudo usermod -aG kvm $(id -un), then log in again"
  elif [ ! -f "$VMM_JAR" ]; then
    note "/dev/kvm opens; whether it runs 64-bit guests is known after './cloude doctor --prepare'"
  elif "${JAVA_SHORT[@]}" -jar "$VMM_JAR" --probe; then
    good "/dev/kvm runs 64-bit guests: the kvm driver will be used"
  else
    note "/dev/kvm opens but cannot run 64-bit guests (see above): the qemu driver will be used"
  fi
}

# Frames are moved by the host's kernel where it can (docs/drivers.md).
doctor_vhost() {
  if [ -r /dev/vhost-net ] && [ -w /dev/vhost-net ]; then
    good "/dev/vhost-net: the host's kernel moves the frames of VMs on KVM"
  elif [ -e /dev/vhost-net ]; then
    note "/dev/vhost-net cannot be opened by $(id -un): VMs' frames are moved by their own processes"
  else
    note "no /dev/vhost-net: VMs' frames are moved by their own processes; sudo modprobe vhost_net"
  fi
}

# What VM_ISOLATION=process has to work with (docs/isolation.md).
doctor_isolation() {
  if ! grep -q '^Seccomp:' /proc/self/status; then
    note "VM_ISOLATION=process cannot be used: this kernel filters no system calls (CONFIG_SECCOMP_FILTER)"
  elif [ "$(id -u)" -ne 0 ]; then
    note "VM_ISOLATION=process: VMs' processes would stay $(id -un)'s, only root can give them others"
  elif ! grep -qw memory /sys/fs/cgroup/cgroup.controllers 2>/dev/null; then
    note "VM_ISOLATION=process can be used, but without memory limits: no cgroup v2 with the memory controller at /sys/fs/cgroup"
  else
    good "VM_ISOLATION=process can be used, with memory limits"
  fi
}

doctor_privilege() {
  if [ "$(id -u)" -eq 0 ]; then
    good "may make bridges and TAP devices"
  else
    bad "the right to make bridges and TAP devices: run './cloude up' as root"
  fi
}

doctor_memory() {
  local free
  free=$(awk '/^MemAvailable:/ { print int($2 / 1024) }' /proc/meminfo)
  if [ "$free" -ge 2048 ]; then
    good "$free MiB of memory free (each VM may take 512 MiB, the server 1 GiB)"
  else
    bad "memory: $free MiB free, at least 2048 MiB are needed"
  fi
}

doctor_file() {
  if [ -f "$1" ]; then
    good "$2 ($1)"
  else
    note "$2 is not there yet ($1)"
  fi
}

doctor_images() {
  local meta
  for meta in "$(images_folder)"/*.meta; do
    if [ -f "$meta" ]; then
      good "image $(basename "$meta" .meta)"
    else
      note "no language image yet"
    fi
  done
}
