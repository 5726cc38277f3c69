# shellcheck shell=bash
# Kernels: Debian's packages, downloaded and unpacked, never installed.
#
#   $CACHE/kernels/guest -> PACKAGE_VERSION/   vmlinuz, modules/*.ko, modules/order, and order.net, order.disk, order.vsock
#   $CACHE/kernels/lab   -> PACKAGE_VERSION/   the same for the lab's outer kernel
#   $CACHE/kernels/tuned -> tuned-KEY/         vmlinuz, uncompressed, of our own configuration: all is
#                                              built in, and the modules in images are not loaded

readonly STOCK_KERNEL=$CACHE/kernels/guest
readonly LAB_KERNEL=$CACHE/kernels/lab
readonly TUNED_KERNEL=$CACHE/kernels/tuned
readonly TUNED_CONFIG=$ROOT/config/kernel/guest.config

tuned_wanted() { sha256sum "$TUNED_CONFIG" | cut -c1-12; }

have_tuned_kernel() {
  [ -f "$TUNED_KERNEL/vmlinuz" ] && [ "$(cat "$TUNED_KERNEL/wanted")" = "$(tuned_wanted)" ]
}

# Guests start with the tuned kernel where there is one of the present configuration.
guest_kernel() {
  local folder=$STOCK_KERNEL
  ! have_tuned_kernel || folder=$TUNED_KERNEL
  echo "$folder/vmlinuz"
}

readonly GUEST_MODULES=(virtio_mmio virtio-rng)
# Besides those, for guests with a network.
readonly GUEST_NET_MODULES=(virtio_net)
# Besides those, for guests whose root file system is on a disk. erofs checks sums as nf_tables does.
readonly GUEST_DISK_MODULES=(virtio_blk crc32c_generic erofs overlay)
# Besides those, for guests with a socket device.
readonly GUEST_VSOCK_MODULES=(vsock vmw_vsock_virtio_transport_common vmw_vsock_virtio_transport)
# nf_tables checks sums with crc32c, whose module it does not name as a dependency.
readonly LAB_MODULES=(virtio_pci 9pnet_virtio 9p overlay kvm_amd tun bridge veth crc32c_generic nf_tables
  nft_ct nft_chain_nat nft_masq nft_reject_inet nft_meta_bridge virtio-rng vhost_net)

ensure_guest_kernel() {
  ensure_kernel guest linux-image-cloud-amd64 "${GUEST_MODULES[@]}" --net "${GUEST_NET_MODULES[@]}" \
    --disk "${GUEST_DISK_MODULES[@]}" --vsock "${GUEST_VSOCK_MODULES[@]}"
}
ensure_lab_kernel() { ensure_kernel lab linux-image-amd64 "${LAB_MODULES[@]}"; }

# ensure_kernel NAME META_PACKAGE MODULE... [--WORD MODULE...]...: the modules after --disk stand in order.disk.
ensure_kernel() {
  local name=$1 meta=$2
  shift 2
  local link=$CACHE/kernels/$name wanted
  wanted=$(printf '%s\n' "$meta" "$@" | sha256sum | cut -c1-12)
  if [ -f "$link/vmlinuz" ] && [ "$(cat "$link/wanted" 2>/dev/null)" = "$wanted" ]; then
    return 0
  fi
  in_lab && die "$link/vmlinuz is missing: run './cloude doctor --prepare' outside the lab first"
  need apt-get dpkg-deb
  step "fetching the $name kernel ($meta)" fetch_kernel "$name" "$meta" "$wanted" "$@"
}

fetch_kernel() {
  local name=$1 meta=$2 wanted=$3 work package deb target
  shift 3
  mkdir -p "$CACHE/kernels"
  work=$(mktemp -d "$CACHE/kernels/.new.XXXXXX")
  chmod 755 "$work"
  package=$(kernel_package "$meta") || { apt-get update && package=$(kernel_package "$meta"); } || {
    echo "apt knows no $meta: add Debian's main archive to the apt sources"
    rm -rf "$work"
    return 1
  }
  (cd "$work" && apt_download "$package") || {
    rm -rf "$work"
    return 1
  }
  deb=$(echo "$work"/*.deb)
  target=$CACHE/kernels/$(basename "$deb" .deb)-$wanted
  dpkg-deb -x "$deb" "$work/tree" || return 1
  mkdir -p "$work/out/modules"
  cp "$work"/tree/boot/vmlinuz-* "$work/out/vmlinuz"
  cp "$work"/tree/boot/config-* "$work/out/config"
  collect_modules "$work/tree/lib/modules" "$work/out/modules" "$@" || return 1
  sha256sum "$deb" | cut -d' ' -f1 >"$work/out/package.sha256"
  echo "$wanted" >"$work/out/wanted"
  rm -rf "$target"
  mv "$work/out" "$target"
  ln -sfn "$target" "$CACHE/kernels/$name.new"
  mv -T "$CACHE/kernels/$name.new" "$CACHE/kernels/$name"
  rm -rf "$work"
}

kernel_package() {
  local package
  package=$(apt-cache depends "$1" 2>/dev/null | awk '/Depends: linux-image-/ { print $2; exit }')
  [ -n "$package" ] && echo "$package"
}

# collect_modules FROM TO MODULE... [--WORD MODULE...]...: copies the modules and what they depend on, and writes their
# load order. A module that the kernel has built in is no file, and needs none.
collect_modules() {
  local from=$1 to=$2 module order=order
  shift 2
  : >"$to/order"
  for module in "$@"; do
    if [[ $module = --* ]]; then
      order=order.${module#--}
      : >"$to/$order"
      continue
    fi
    collect_module "$from" "$to" "$module" "$order" || return 1
  done
}

collect_module() {
  local from=$1 to=$2 module=$3 order=$4 file depends dependency
  file=$(find "$from" -name "${module//[-_]/[-_]}.ko" -print -quit)
  [ -n "$file" ] || return 0
  [ -f "$to/$(basename "$file")" ] && return 0
  depends=$(tr '\0' '\n' <"$file" | sed -n 's/^depends=//p' | head -n 1)
  for dependency in ${depends//,/ }; do
    collect_module "$from" "$to" "$dependency" "$order" || return 1
  done
  cp "$file" "$to/"
  basename "$file" >>"$to/$order"
}

kernel_usage() {
  cat >&2 <<'USAGE'
usage: ./cloude kernel build     build the guest kernel of config/kernel/guest.config from Debian's source
       ./cloude kernel remove    go back to Debian's own kernel

Guests start with the tuned kernel from the next command on. The build takes minutes of all processors.
USAGE
  exit "$EXIT_USAGE"
}

cmd_kernel() {
  [ $# -eq 1 ] || kernel_usage
  case $1 in
    build) tuned_build ;;
    remove) rm -f "$TUNED_KERNEL" ;;
    *) kernel_usage ;;
  esac
}

tuned_build() {
  local source target
  in_lab && die "the lab builds no kernel: build it outside"
  need apt-get dpkg-deb gcc objcopy make flex bison bc xz perl
  need_header libelf.h libelf-dev
  source=$(kernel_source) || { apt-get update >&2 && source=$(kernel_source); } ||
    die "apt knows no linux-source: add Debian's main archive to the apt sources"
  target=$CACHE/kernels/tuned-${source#*=}-$(tuned_wanted)
  [ -f "$target/vmlinuz" ] || step "building the guest kernel of ${source/=/ }" compile_kernel "$source" "$target"
  ln -sfn "$target" "$TUNED_KERNEL.new"
  mv -T "$TUNED_KERNEL.new" "$TUNED_KERNEL"
  say "guests start with $TUNED_KERNEL/vmlinuz"
}

# The package of the newest source and its version: linux-source-6.1=6.1.0-1.
kernel_source() {
  local package version
  package=$(apt-cache depends linux-source 2>/dev/null | awk '/Depends: linux-source-/ { print $2; exit }')
  version=$(apt-cache policy "${package:-linux-source}" 2>/dev/null | awk '/Candidate:/ { print $2; exit }')
  [ -n "$package" ] && [ -n "$version" ] && echo "$package=$version"
}

compile_kernel() {
  local source=$1 target=$2 work line
  mkdir -p "$CACHE/kernels"
  work=$(mktemp -d "$CACHE/kernels/.new.XXXXXX")
  chmod 755 "$work"
  # shellcheck disable=SC2064
  trap "rm -rf '$work'" EXIT
  (cd "$work" && apt_download "$source") || return 1
  dpkg-deb -x "$work"/linux-source-*.deb "$work/package" || return 1
  mkdir "$work/source" "$work/out"
  tar -C "$work/source" --strip-components=1 -xf "$work"/package/usr/src/linux-source-*.tar.xz || return 1
  kernel_make "$work" KCONFIG_ALLCONFIG="$TUNED_CONFIG" allnoconfig || return 1
  # An option that this source does not have, or that needs another, is dropped without a word.
  while read -r line; do
    grep -qxF "$line" "$work/source/.config" || { echo "this source cannot have $line" && return 1; }
  done < <(grep '^CONFIG_' "$TUNED_CONFIG")
  kernel_make "$work" -j "$(nproc)" vmlinux || return 1
  objcopy --strip-all "$work/source/vmlinux" "$work/out/vmlinuz" || return 1
  cp "$work/source/.config" "$work/out/config"
  tuned_wanted >"$work/out/wanted"
  rm -rf "$target"
  mv "$work/out" "$target"
  rm -rf "$work"
  trap - EXIT
}

# kernel_make WORK WORD...: nothing of who builds it, and when, goes in.
kernel_make() {
  local work=$1
  shift
  make -s -C "$work/source" ARCH=x86 KBUILD_BUILD_TIMESTAMP=@0 KBUILD_BUILD_USER=cloude KBUILD_BUILD_HOST=cloude "$@"
}
