# shellcheck shell=bash
# One program in one microVM, from nothing: the server runs in a network namespace of its own.

cmd_demo() {
  local driver=auto
  while [ $# -gt 0 ]; do
    case $1 in
      --driver)
        [[ ${2:-} =~ ^(auto|kvm|qemu)$ ]] || usage_error "--driver takes auto, kvm or qemu, got '${2:-}'"
        driver=$2
        shift 2
        ;;
      *) usage_error "usage: ./cloude demo [--driver auto|kvm|qemu]" ;;
    esac
  done
  [ "$(id -u)" -eq 0 ] || die "making bridges and TAP devices needs root: run sudo ./cloude demo"
  need unshare qemu-system-x86_64
  ensure_server python
  VM_DRIVER=$driver unshare --net -- "$BASH" "$ROOT/cloude" demo-in-namespace
}

# In the namespace: nothing here can meet the host's network.
cmd_demo-in-namespace() {
  local home rc=0
  ip link set lo up
  home=$(mktemp -d)
  # shellcheck disable=SC2064
  trap "server_stop '$home'; rm -rf '$home'" EXIT
  server_start "$home"
  step "starting the server (driver: $VM_DRIVER)" server_wait "$home" "$(start_patience)" || exit "$EXIT_PLATFORM"
  say "running examples/hello.py in a microVM"
  demo_job "$home" || rc=$?
  say "stopping the server"
  exit "$rc"
}

demo_job() {
  local home=$1 rc=0 id expected='Hello, 世界, from Python 3'
  run_cli go --language python --file "$ROOT/examples/hello.py" >"$home/output" 2>"$home/errors" || rc=$?
  cat "$home/output"
  cat "$home/errors" >&2
  if [ "$rc" -ne 0 ] || ! grep -q "$expected" "$home/output"; then
    say "the demo failed: exit code $rc, the output above should contain '$expected'"
    tail -n 30 "$home/server.log" >&2
    return 1
  fi
  id=$(grep -o -E '[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}' "$home/errors" | head -n 1)
  say "timings of job $id in milliseconds:"
  curl -sf "$(server_url)/status/$id" | demo_timings
}

# The members of the status's timings, one a line.
demo_timings() {
  grep -o '"timings_ms":{[^}]*}' | sed 's/^"timings_ms":{//; s/}$//' | tr ',' '\n' |
    sed 's/^"\(.*\)":\(.*\)$/\1 \2/' | while read -r phase milliseconds; do
    printf '  %-12s %10.1f\n' "$phase" "$milliseconds"
  done
}
