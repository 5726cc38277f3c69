# shellcheck shell=bash
# Servers: Payara Micro as users run it. Settings come from the environment under the names of
# docs/configuration.md; what is not set gets the paths of what the launcher made.

PAYARA=$CACHE/servers/payara-micro-$(pom_version payara.version).jar
readonly SERVER_HOME=$STATE/server

ensure_payara() {
  [ -f "$PAYARA" ] && return 0
  in_lab && die "$PAYARA is missing: run './cloude doctor --prepare' outside the lab first"
  step "fetching Payara Micro" \
    maven_copy "fish.payara.extras:payara-micro:$(pom_version payara.version)" "$PAYARA"
}

WILDFLY_VERSION=$(pom_version wildfly.version)
readonly WILDFLY=$CACHE/servers/wildfly-$WILDFLY_VERSION

ensure_wildfly() {
  local zip=$CACHE/servers/wildfly-dist-$WILDFLY_VERSION.zip
  maven_copy "org.wildfly:wildfly-dist:$WILDFLY_VERSION:zip" "$zip" && wildfly_install "$zip" "$WILDFLY"
}

ensure_server() {
  need java nft ip curl
  ensure_guest_kernel
  ensure_built
  ensure_images "$@"
  ensure_payara
}

server_url() { echo "http://${BACKEND_SERVER_ADDR:-127.0.0.1:8080}"; }

export_settings() {
  export BACKEND_SERVER_ADDR=${BACKEND_SERVER_ADDR:-127.0.0.1:8080}
  export VM_KERNEL_PATH=${VM_KERNEL_PATH:-$(guest_kernel)}
  export VM_INITRAMFS_DIR=${VM_INITRAMFS_DIR:-$IMAGES}
  export LANGUAGES_CONFIG_PATH=${LANGUAGES_CONFIG_PATH:-$ROOT/config/languages.json}
  export AGENT_BINARY_PATH=${AGENT_BINARY_PATH:-$AGENT}
  # Real KVM, but on an emulated processor.
  if in_lab; then
    export VM_READY_TIMEOUT_SECS=${VM_READY_TIMEOUT_SECS:-180}
  fi
}

# server_start FOLDER: starts Payara Micro in this network namespace; its data, log and process id
# are kept in the folder.
server_start() {
  local home=$1 options=()
  mkdir -p "$home/data" "$home/tmp"
  export_settings
  in_lab && options+=(-XX:TieredStopAtLevel=1)
  payara_command "$home" "${options[@]}"
  "${PAYARA_COMMAND[@]}" </dev/null >>"$home/server.log" 2>&1 &
  echo $! >"$home/pid"
}

# server_wait FOLDER SECONDS: until readiness says UP; fails when the server ends before.
server_wait() {
  local home=$1 limit=$2 url=${3:-$(server_url)/health/ready} started=$SECONDS
  until curl -sf -m 5 -o "$home/ready" "$url"; do
    if ! server_alive "$home"; then
      tail -n 40 "$home/server.log" >&2
      say "the server ended while it started; its log is $home/server.log"
      return 1
    fi
    if [ $((SECONDS - started)) -ge "$limit" ]; then
      tail -n 40 "$home/server.log" >&2
      say "the server was not ready after $limit s: $(curl -s -m 5 "$url")"
      return 1
    fi
    sleep 0.3
  done
}

server_alive() {
  local pid
  pid=$(cat "$1/pid" 2>/dev/null) && kill -0 "$pid" 2>/dev/null
}

# server_stop FOLDER: asks, waits a minute, then ends it.
server_stop() {
  local home=$1 pid waited=0
  pid=$(cat "$home/pid" 2>/dev/null) || return 0
  kill "$pid" 2>/dev/null || true
  while kill -0 "$pid" 2>/dev/null; do
    if [ "$waited" -ge 300 ]; then
      say "the server did not end within a minute; it was killed"
      kill -9 "$pid" 2>/dev/null || true
      break
    fi
    waited=$((waited + 1))
    sleep 0.2
  done
  rm -f "$home/pid"
}

start_patience() { in_lab && echo 900 || echo 240; }

cmd_up() {
  local driver=''
  while [ $# -gt 0 ]; do
    case $1 in
      --driver)
        [[ ${2:-} =~ ^(auto|kvm|qemu)$ ]] || usage_error "--driver takes auto, kvm or qemu, got '${2:-}'"
        driver=$2
        shift 2
        ;;
      *) usage_error "usage: ./cloude up [--driver auto|kvm|qemu]" ;;
    esac
  done
  [ -n "$driver" ] && export VM_DRIVER=$driver
  [ "$(id -u)" -eq 0 ] || die "making bridges and TAP devices needs root: run sudo ./cloude up"
  if server_alive "$SERVER_HOME"; then
    say "already up at $(server_url) (process $(cat "$SERVER_HOME/pid"))"
    return 0
  fi
  need java nft ip curl
  ensure_guest_kernel
  ensure_built
  ensure_payara
  if in_lab; then
    ensure_images
  else
    need_image_tools
    images_begin "$SERVER_HOME"
  fi
  server_start "$SERVER_HOME"
  disown
  say "starting; the log is $SERVER_HOME/server.log"
  server_wait "$SERVER_HOME" "$(start_patience)" || {
    images_end "$SERVER_HOME"
    server_stop "$SERVER_HOME"
    exit "$EXIT_PLATFORM"
  }
  say "up at $(server_url)"
  if images_building "$SERVER_HOME"; then
    say "languages are still being built, and can be used when they are done: see './cloude image list'"
  fi
}

cmd_down() {
  [ $# -eq 0 ] || usage_error "usage: ./cloude down"
  images_end "$SERVER_HOME"
  if ! server_alive "$SERVER_HOME"; then
    say "no server is up"
    rm -f "$SERVER_HOME/pid"
    return 0
  fi
  server_stop "$SERVER_HOME"
  say "down"
}

cmd_go() { run_cli go "$@"; }
cmd_status() { run_cli status "$@"; }

run_cli() {
  local command=$1
  shift
  [ -f "$CLI" ] || ensure_built
  CLOUDE_BACKEND=${CLOUDE_BACKEND:-$(server_url)} \
    "${JAVA_SHORT[@]}" -jar "$CLI" "$command" "$@"
}
