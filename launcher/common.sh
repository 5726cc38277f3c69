# shellcheck shell=bash
# Paths, messages, and the system packages that each command needs.

readonly CACHE=${CLOUDE_CACHE:-$HOME/.cache/cloude}
readonly STATE=${CLOUDE_STATE:-$HOME/.local/state/cloude}

# Exit codes that scripts rely on.
readonly EXIT_USAGE=2
readonly EXIT_PLATFORM=125

say() { printf 'cloude: %s\n' "$*" >&2; }

die() {
  say "$*"
  exit "$EXIT_PLATFORM"
}

usage_error() {
  say "$*"
  exit "$EXIT_USAGE"
}

in_lab() { [ -n "${CLOUDE_LAB:-}" ]; }

have() { command -v "$1" >/dev/null 2>&1; }

# step TEXT COMMAND...: runs a long step with its duration; its output is shown only if it fails.
step() {
  local text=$1 log started=$SECONDS rc=0
  shift
  log=$(mktemp)
  say "$text ..."
  "$@" >"$log" 2>&1 || rc=$?
  if [ "$rc" -ne 0 ]; then
    cat "$log" >&2
    rm -f "$log"
    say "$text: failed with exit code $rc"
    return "$rc"
  fi
  rm -f "$log"
  say "$text: done in $((SECONDS - started)) s"
}

# The Debian package that brings a command.
package_of() {
  case $1 in
    javac | java) echo openjdk-17-jdk-headless ;;
    mvn) echo maven ;;
    go) echo golang-go ;;
    qemu-system-x86_64) echo qemu-system-x86 ;;
    nft) echo nftables ;;
    ip) echo iproute2 ;;
    unshare | nsenter | flock) echo util-linux ;;
    busybox) echo busybox-static ;;
    iasl) echo acpica-tools ;;
    xz) echo xz-utils ;;
    objcopy) echo binutils ;;
    mkfs.erofs) echo erofs-utils ;;
    *) echo "$1" ;;
  esac
}

# need COMMAND...: installs what is missing when it may, otherwise says what to install.
need() {
  local command package packages=()
  for command in "$@"; do
    have "$command" && continue
    package=$(package_of "$command")
    [[ " ${packages[*]} " == *" $package "* ]] || packages+=("$package")
  done
  [ ${#packages[@]} -eq 0 ] && return 0
  if in_lab; then
    die "the lab lacks ${packages[*]}: install it outside, the lab installs nothing"
  fi
  if [ "$(id -u)" -ne 0 ] || ! have apt-get; then
    die "missing: ${packages[*]}. Install with: sudo apt-get install ${packages[*]}"
  fi
  step "installing ${packages[*]}" apt_install "${packages[@]}"
}

apt_install() {
  export DEBIAN_FRONTEND=noninteractive
  apt-get install -y --no-install-recommends "$@" && return 0
  apt-get update && apt-get install -y --no-install-recommends "$@"
}

# apt_download PACKAGE[=VERSION]: into this folder.
apt_download() { apt-get download "$1" || { apt-get update && apt-get download "$1"; }; }

# need_header FILE PACKAGE: what a C compiler includes.
need_header() {
  echo "#include <$1>" | gcc -E -o /dev/null - 2>/dev/null && return 0
  if [ "$(id -u)" -ne 0 ] || ! have apt-get; then
    die "missing: $2. Install with: sudo apt-get install $2"
  fi
  step "installing $2" apt_install "$2"
}

# need_static_busybox: the lab's first user space is one static file.
need_static_busybox() {
  if have busybox && ! ldd "$(command -v busybox)" >/dev/null 2>&1; then
    return 0
  fi
  in_lab && die "the lab lacks a static busybox: install busybox-static outside"
  [ "$(id -u)" -eq 0 ] || die "missing: busybox-static. Install with: sudo apt-get install busybox-static"
  step "installing busybox-static" apt_install busybox-static
}
