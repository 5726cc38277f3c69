# shellcheck shell=bash
# Benchmarks against their peers. The program is the module bench; here is what it runs on.

readonly BENCH=$ROOT/bench/target/cloude-bench.jar
readonly BENCH_PEER=$ROOT/bench/target/exits
readonly BENCHMARKS=(exits density jobs boot net images)
readonly BENCH_NET_IMAGE=$ROOT/target/bench/net-probe.cpio
readonly BENCH_WAR=$ROOT/target/bench/cloude.war

bench_usage() {
  cat >&2 <<USAGE
usage: ./cloude bench NAME [--json FILE] [--lab]
       ./cloude bench images [--json FILE] [--language NAME]...

Measures on this host, or in the lab with --lab or where /dev/kvm does not open. Prints a table and,
with --json, writes all runs to FILE. NAME is one of: ${BENCHMARKS[*]}
USAGE
  exit "$EXIT_USAGE"
}

cmd_bench() {
  local name='' json='' lab=''
  BENCH_LANGUAGES=()
  while [ $# -gt 0 ]; do
    case $1 in
      --json)
        [ -n "${2:-}" ] || usage_error "--json takes a file"
        json=$2
        shift 2
        ;;
      --language)
        [ -n "${2:-}" ] || usage_error "--language takes a name"
        BENCH_LANGUAGES+=(--language "$2")
        shift 2
        ;;
      --lab)
        lab=1
        shift
        ;;
      -*) bench_usage ;;
      *)
        [ -z "$name" ] || bench_usage
        name=$1
        shift
        ;;
    esac
  done
  [ -n "$name" ] || bench_usage
  if [[ " ${BENCHMARKS[*]} " != *" $name "* ]]; then
    say "there is no benchmark '$name'"
    bench_usage
  fi
  [ ${#BENCH_LANGUAGES[@]} -eq 0 ] || [ "$name" = images ] || usage_error "only the benchmark images takes --language"
  [ -z "$json" ] || [ -d "$(dirname "$json")" ] || usage_error "there is no folder for the report $json"
  ensure_bench
  if [ "$name" = jobs ]; then
    [ -z "$lab" ] || usage_error "the benchmark jobs does not run in the lab"
    bench_jobs "$json"
    return
  fi
  if [ "$name" = boot ]; then
    ensure_boot_guest
    if ! in_lab && ! kvm_runs_guests; then
      lab=1
    fi
  fi
  if [ "$name" = net ]; then
    ensure_net_guest
    if ! in_lab && { ! kvm_runs_guests || [ ! -w /dev/vhost-net ]; }; then
      lab=1
    fi
  fi
  if [ "$name" = images ]; then
    if [ -n "$lab" ] || in_lab; then
      usage_error "images fetches packages, and the lab has no network"
    fi
    prepare_images_bench
  fi
  if in_lab || { [ -z "$lab" ] && { [ "$name" = images ] || kvm_opens; }; }; then
    bench_here "$name" "$json"
  else
    bench_in_lab "$name" "$json"
  fi
}

kvm_opens() { [ -r /dev/kvm ] && [ -w /dev/kvm ]; }

kvm_runs_guests() { java -jar "$ROOT/vmm-jna/target/vmm-jna-0.1.0.jar" --probe >/dev/null 2>&1; }

ensure_bench() {
  if in_lab; then
    if [ ! -f "$BENCH" ] || [ ! -x "$BENCH_PEER" ]; then
      die "the benchmarks are not built: run './cloude bench' outside the lab first"
    fi
    return 0
  fi
  ensure_built
  need gcc
  if [ "$ROOT/bench/src/main/c/exits.c" -nt "$BENCH_PEER" ]; then
    # Debian's gcc comes without the headers of the C library and of Linux.
    need_header linux/kvm.h libc6-dev
    step "compiling the peer in C" gcc -O2 -Wall -Wextra -Werror -std=gnu11 \
      -o "$BENCH_PEER" "$ROOT/bench/src/main/c/exits.c" || die "the peer in C cannot be compiled"
  fi
}

# What both VMMs boot: Debian's kernel and the smallest image.
ensure_boot_guest() {
  if ! in_lab; then
    need qemu-system-x86_64
    ensure_guest_kernel
    ensure_images python
  fi
  BENCH_IMAGE=$(echo "$IMAGES"/python-*.cpio)
  if [ ! -f "$BENCH_IMAGE" ] || [ ! -f "${BENCH_IMAGE%.cpio}.erofs" ]; then
    die "there is no image of Python in $IMAGES"
  fi
}

# An image of nothing but the network's modules and the guest's side of the benchmark.
ensure_net_guest() {
  local work
  if in_lab; then
    [ -f "$BENCH_NET_IMAGE" ] || die "$BENCH_NET_IMAGE is missing: run './cloude bench net' outside the lab"
    return 0
  fi
  [ "$(id -u)" -eq 0 ] || die "making a device for the guest's image needs root: run sudo ./cloude bench net"
  need qemu-system-x86_64
  need_static_busybox
  ensure_guest_kernel
  mkdir -p "$(dirname "$BENCH_NET_IMAGE")"
  work=$(mktemp -d)
  mkdir -p "$work/dev" "$work/lib/cloude"
  cp -r "$STOCK_KERNEL/modules" "$work/lib/cloude/modules"
  cp "$ROOT/agent/target/net-probe" "$work/init"
  # Without a console a program in Go looks for this, before all else.
  mknod "$work/dev/null" c 1 3
  (cd "$work" && find . | busybox cpio -o -H newc) >"$BENCH_NET_IMAGE" 2>/dev/null
  rm -rf "$work"
}

# bench_command NAME: the words that run a benchmark.
bench_command() {
  BENCH_COMMAND=(java)
  case $1 in
    exits)
      # Java and C on one processor: another one's load, and its clock, would be in one of them only.
      ! have taskset || BENCH_COMMAND=(taskset -c 0 "${BENCH_COMMAND[@]}" -XX:+UseSerialGC)
      ;;
    density)
      # Nothing but the VMs may grow: a heap of one size that is in memory, threads that stay.
      BENCH_COMMAND+=(-XX:+UseSerialGC -Xms64m -Xmx64m -XX:+AlwaysPreTouch
        -XX:-UseDynamicNumberOfCompilerThreads)
      ;;
  esac
  BENCH_COMMAND+=(-jar "$BENCH" "$1")
  case $1 in
    exits) BENCH_COMMAND+=(--peer "$BENCH_PEER") ;;
    jobs) BENCH_COMMAND+=(--launcher "$ROOT/cloude") ;;
    boot)
      # Bridge and TAP device must not meet the host's.
      BENCH_COMMAND=(unshare --net "${BENCH_COMMAND[@]}" --peer "$(command -v qemu-system-x86_64)"
        --kernel "$STOCK_KERNEL/vmlinuz" --image "$BENCH_IMAGE" --start "$IMAGES/start.cpio"
        --disk "${BENCH_IMAGE%.cpio}.erofs")
      ! have_tuned_kernel || BENCH_COMMAND+=(--tuned "$TUNED_KERNEL/vmlinuz")
      ;;
    net)
      BENCH_COMMAND=(unshare --net "${BENCH_COMMAND[@]}" --peer "$(command -v qemu-system-x86_64)"
        --kernel "$STOCK_KERNEL/vmlinuz" --image "$BENCH_NET_IMAGE")
      ;;
    images)
      BENCH_COMMAND+=(--builder "$BUILDER" --classes "$(builder_classes)" --catalogue "$ROOT/config/languages.json" --agent "$AGENT"
        --modules "$STOCK_KERNEL/modules" --network "/proc/$$/ns/net" "${BENCH_LANGUAGES[@]}")
      ;;
  esac
}

bench_here() {
  local name=$1 json=$2 rc=0
  bench_command "$name"
  case $name in
    images)
      VM_KERNEL_PATH=$STOCK_KERNEL/vmlinuz \
        unshare --net -- "${BENCH_COMMAND[@]}" ${json:+--json "$json"} || rc=$?
      ;;
    *) "${BENCH_COMMAND[@]}" ${json:+--json "$json"} || rc=$? ;;
  esac
  bench_code "$rc"
}

# Its guests run on whatever the qemu driver finds; it builds its images itself.
prepare_images_bench() {
  [ "$(id -u)" -eq 0 ] || die "making bridges and TAP devices needs root: run sudo ./cloude bench images"
  need qemu-system-x86_64 nft ip unshare mmdebstrap zstd lz4 mkfs.erofs cpio
  ensure_guest_kernel
  # Also keeps the builder's classes, as for every user of it.
  ensure_images python
}

# The lab keeps only what is written to its output folder.
bench_in_lab() {
  local name=$1 json=$2 rc=0
  local out=$LAB_OUT/bench-$name.json
  bench_command "$name"
  mkdir -p "$LAB_OUT"
  rm -f "$out"
  cmd_lab -- "${BENCH_COMMAND[@]}" --json "$out" || rc=$?
  [ "$rc" -ne 0 ] || [ -z "$json" ] || cp "$out" "$json"
  bench_code "$rc"
}

# A JVM that gave up is the platform's failure too.
bench_code() {
  case $1 in
    0 | "$EXIT_USAGE") return "$1" ;;
    *) return "$EXIT_PLATFORM" ;;
  esac
}

# Whole servers, where no device of this host can be met.
bench_jobs() {
  local json=$1 work
  [ "$(id -u)" -eq 0 ] || die "making bridges and TAP devices needs root: run sudo ./cloude bench jobs"
  need unshare qemu-system-x86_64
  ensure_server python
  mkdir -p "$(dirname "$BENCH_WAR")"
  work=$(mktemp -d)
  mkdir -p "$work/WEB-INF/classes/dev/cloude/bench"
  cp -r "$ROOT/bench/target/classes/dev/cloude/bench/standin" "$work/WEB-INF/classes/dev/cloude/bench/"
  cp "$WAR" "$BENCH_WAR"
  jar uf "$BENCH_WAR" -C "$work" WEB-INF
  rm -rf "$work"
  in_namespace bench_here jobs "${json:+$(realpath "$json")}"
}

# bench-server instant|vms HOME: runs a server in the foreground, for the benchmark jobs.
cmd_bench-server() {
  local kind=$1 home=$2
  export VM_KERNEL_PATH=$STOCK_KERNEL/vmlinuz
  export_settings
  case $kind in
    instant)
      # More than ever wait there.
      export PAYARA_WAR=$BENCH_WAR JOB_QUEUE_LIMIT=20000 VM_MAX_CONCURRENT=4
      ;;
    vms) export VM_MAX_CONCURRENT=2 ;;
  esac
  payara_command "$home"
  exec "${PAYARA_COMMAND[@]}"
}
