# shellcheck shell=bash
# Language images: built, listed, looked into, cleaned up. What is what is in docs/images.md.

image_usage() {
  cat >&2 <<'USAGE'
usage: ./cloude image build [LANGUAGE...] [OPTION...]   build what is missing or out of date
       ./cloude image list                              how every image stands; asks no network
       ./cloude image inspect LANGUAGE                  what an image was made of, and whether it is whole
       ./cloude image prune [--sources] [--dry-run]     remove what no language of the catalogue needs

Options of build: --refresh, --refresh-after AGE (7d, 12h), --compression none|lz4|zstd|gzip|erofs (default: erofs and none), --auth-file FILE, --cert-dir DIR,
--registries-conf FILE, --mirror URL, --suite NAME. The folder, the catalogue and the agent are the server's:
VM_INITRAMFS_DIR, LANGUAGES_CONFIG_PATH, AGENT_BINARY_PATH, INIT_SCRIPT_PATH.

Exit codes: 0 all is right, 1 an image could not be built or is not current, 2 bad usage or a bad catalogue,
125 the platform failed.
USAGE
  exit "$EXIT_USAGE"
}

cmd_image() {
  local command=${1:-}
  [ $# -gt 0 ] && shift
  case $command in
    build) image_build "$@" ;;
    list) [ $# -eq 0 ] || image_usage ;;
    inspect) [ $# -eq 1 ] || image_usage ;;
    prune) ;;
    *) image_usage ;;
  esac
  [ "$command" = build ] && return 0
  in_lab || image_prepare
  image_builder "$command" "$@"
}

image_build() {
  local arguments=()
  in_lab && die "the lab builds no images: build them outside"
  while [ $# -gt 0 ]; do
    case $1 in
      --*=* | --refresh | --present) arguments+=("$1") ;;
      --*)
        [ $# -ge 2 ] || image_usage
        arguments+=("$1" "$2")
        shift
        ;;
      -*) image_usage ;;
      *) arguments+=(--language "$1") ;;
    esac
    shift
  done
  image_prepare
  need_image_tools
  if [[ " ${arguments[*]} " == *" --compression"* ]]; then
    image_builder build "${arguments[@]}"
  else
    build_images "${arguments[@]}"
  fi
}

# What goes into every image, and the builder itself.
image_prepare() {
  ensure_guest_kernel
  ensure_built
}

# Building beside serving. What is there but out of date is built before a server sees it; what is
# missing is built while it serves, and found when it is done.

# images_begin FOLDER: returns as soon as there is something to serve.
images_begin() {
  local home=$1
  mkdir -p "$home"
  step "checking the language images" build_images --present ||
    say "the images that are there stay in use: see './cloude image list'"
  if images_complete; then
    return 0
  fi
  # A session of its own, so that all of it can be ended.
  setsid "$BASH" "$ROOT/cloude" image build </dev/null >"$home/images.log" 2>&1 &
  echo $! >"$home/images.pid"
  disown
  say "building the missing language images; the log is $home/images.log"
  until have_image; do
    if ! images_building "$home"; then
      have_image && break
      tail -n 20 "$home/images.log" >&2
      die "no language image could be built, and without one nothing can run"
    fi
    sleep 0.3
  done
}

images_complete() {
  local list
  list=$(image_builder list 2>/dev/null || true)
  ! awk '$3 == "missing" { found = 1 } END { exit !found }' <<<"$list"
}

images_building() {
  local pid
  pid=$(cat "$1/images.pid" 2>/dev/null) && kill -0 "$pid" 2>/dev/null
}

# images_end FOLDER: whoever stops the server stops its builder.
images_end() {
  local home=$1 pid
  images_building "$home" && pid=$(cat "$home/images.pid") && kill -- "-$pid" 2>/dev/null
  rm -f "$home/images.pid"
}
