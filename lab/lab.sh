# shellcheck shell=bash
# Real KVM on machines that have none: QEMU in software emulation offers AMD SVM, and Debian's
# kernel in it a true /dev/kvm. A run sees the host's files as they were at its start; what it
# writes is gone with it, except under target/lab.

readonly LAB_OUT=$ROOT/target/lab
# The lab says every few seconds that it lives. After this long without, its emulated processor
# stands still: busy as it may be, it comes to that.
readonly LAB_STANDSTILL=300
# An interrupt that cannot be masked makes the kernel say what each of its tasks waits for, at
# addresses that its symbols name.
readonly LAB_LAST_WORDS="nokaslr unknown_nmi_panic panic_print=1"
# What was seen of a lab that stood still.
readonly LAB_AUTOPSY=$LAB_OUT/standstill.log

lab_usage() {
  cat >&2 <<'USAGE'
usage: ./cloude lab [--timeout SECONDS] [--memory MIB] -- COMMAND [ARGUMENT...]

Runs COMMAND in this folder on real nested KVM and ends with its exit code. 125: the lab itself
failed, stood still or ran out of time (default 1800 s). Files written under target/lab stay.
USAGE
  exit "$EXIT_USAGE"
}

cmd_lab() {
  local timeout=1800 memory=
  while [ $# -gt 0 ]; do
    case $1 in
      --timeout | --memory)
        [[ ${2:-} =~ ^[1-9][0-9]*$ ]] || usage_error "$1 takes a whole number, got '${2:-}'"
        [ "$1" = --timeout ] && timeout=$2 || memory=$2
        shift 2
        ;;
      --)
        shift
        break
        ;;
      *) lab_usage ;;
    esac
  done
  [ $# -gt 0 ] || lab_usage
  in_lab && die "this is already the lab"
  need qemu-system-x86_64
  ensure_lab_kernel
  need_static_busybox
  lab_run "$timeout" "${memory:-$(lab_memory)}" "$@"
}

# 8 GiB, or half of what the host has.
lab_memory() {
  local half
  half=$(awk '/^MemTotal:/ { print int($2 / 2048) }' /proc/meminfo)
  echo $((half < 8192 ? half : 8192))
}

# The initramfs with its first user space, made anew only when something that goes in has changed.
lab_initramfs() {
  local key image work
  key=$(cat "$ROOT/lab/init" "$LAB_KERNEL/package.sha256" "$LAB_KERNEL/wanted" | sha256sum | cut -c1-16)
  image=$CACHE/lab/initramfs-$key.cpio
  if [ ! -f "$image" ]; then
    mkdir -p "$CACHE/lab"
    work=$(mktemp -d)
    mkdir -p "$work/tree/bin" "$work/tree/modules" "$work/tree/dev"
    cp "$(command -v busybox)" "$work/tree/bin/busybox"
    cp "$ROOT/lab/init" "$work/tree/init"
    cp "$LAB_KERNEL"/modules/* "$work/tree/modules/"
    [ "$(id -u)" -eq 0 ] && mknod "$work/tree/dev/console" c 5 1
    (cd "$work/tree" && find . | busybox cpio -o -H newc >"$work/image") 2>/dev/null
    mv "$work/image" "$image.$$" && mv "$image.$$" "$image"
    rm -rf "$work"
  fi
  echo "$image"
}

lab_run() {
  local timeout=$1 memory=$2 job image rc=0 qemu tail_out tail_err
  shift 2
  image=$(lab_initramfs)
  job=$(mktemp -d)
  mkdir -p "$LAB_OUT"
  lab_write_job "$job" "$@"
  : >"$job/stdout"
  : >"$job/stderr"
  : >"$job/alive"
  mkfifo "$job/monitor.in" "$job/monitor.out"
  # One processor: with two, a JVM crashed and a kernel hung now and then, both where code had just
  # been replaced; with one, neither was seen. On a busy host the emulated clocks look to the kernel
  # as if they went apart: it would give up the TSC for a slow one, and replace code for that.
  qemu-system-x86_64 -accel tcg,thread=single -machine q35 -cpu EPYC,+svm,+npt,-xsave -smp 1 -m "$memory" \
    -nodefaults -no-user-config -display none -no-reboot -serial "file:$job/console" -serial "file:$job/pulse" \
    -kernel "$LAB_KERNEL/vmlinuz" -initrd "$image" \
    -append "console=ttyS0 quiet loglevel=4 panic=-1 no_timer_check mitigations=off tsc=reliable $LAB_LAST_WORDS" \
    -object rng-random,filename=/dev/urandom,id=rng -device virtio-rng-pci,rng=rng \
    -fsdev local,id=root,path=/,security_model=none,readonly=on,multidevs=remap \
    -device virtio-9p-pci,fsdev=root,mount_tag=hostroot \
    -fsdev "local,id=job,path=$job,security_model=none" -device virtio-9p-pci,fsdev=job,mount_tag=job \
    -fsdev "local,id=out,path=$LAB_OUT,security_model=none" -device virtio-9p-pci,fsdev=out,mount_tag=out \
    -chardev "pipe,id=monitor,path=$job/monitor" -mon chardev=monitor \
    </dev/null >"$job/qemu" 2>&1 &
  qemu=$!
  cat "$job/monitor.out" >"$job/monitor" &
  local answers=$!
  tail -q -n +1 -s 0.2 --pid="$qemu" -f "$job/stdout" &
  tail_out=$!
  tail -q -n +1 -s 0.2 --pid="$qemu" -f "$job/stderr" >&2 &
  tail_err=$!
  # shellcheck disable=SC2064
  trap "kill $qemu 2>/dev/null" EXIT
  lab_watch "$qemu" "$job" "$timeout" 2>/dev/null &
  local watchdog=$!
  wait "$qemu" || true
  kill "$watchdog" "$answers" 2>/dev/null || true
  wait "$tail_out" "$tail_err" 2>/dev/null || true
  trap - EXIT
  if [ -f "$job/code" ]; then
    rc=$(cat "$job/code")
  else
    cp "$job/console" "$LAB_OUT/console.log" 2>/dev/null || true
    if [ -f "$job/standstill" ]; then
      cat "$job/console" >>"$LAB_AUTOPSY"
      lab_last_words >&2
      say "the lab stood still for $LAB_STANDSTILL s; what was seen of it is in $LAB_AUTOPSY"
    else
      tail -n 30 "$job/console" "$job/qemu" >&2 2>/dev/null || true
      if [ -f "$job/timeout" ]; then
        say "the lab gave up after $timeout s; its console is in $LAB_OUT/console.log"
      else
        say "the lab ended without an exit code; its console is in $LAB_OUT/console.log"
      fi
    fi
    rc=$EXIT_PLATFORM
  fi
  rm -rf "$job"
  return "$rc"
}

# lab_watch QEMU JOB SECONDS: ends a lab whose time is over, or that gives no sign of life. How long
# without one is counted, not read off a clock, which may jump when this machine itself stood still.
#
# It also keeps the lab alive. QEMU was seen with the timer's interrupt pending at a processor that
# was halted all the same: its kernel, which sets that timer anew each time, waits for ever. Probably
# the word of it is lost when it comes just as the processor enters or leaves a guest. Any other
# interrupt delivers the pending one, too, and a key that is pressed is one.
lab_watch() {
  local qemu=$1 job=$2 end=$((SECONDS + $3)) pause keys sign last='' still=0
  trap 'kill "$pause"; exit' TERM
  lab_pause() { sleep "$1" & pause=$! && wait "$pause"; }
  # For reading, too, so that this waits for nobody who reads.
  exec {keys}<>"$job/monitor.in"
  while [ "$SECONDS" -lt "$end" ]; do
    lab_pause 1
    echo 'sendkey shift' >&"$keys"
    sign=$(stat -c %y "$job/alive")
    if [ "$sign" != "$last" ]; then
      last=$sign still=0
    elif [ $((still += 1)) -gt "$LAB_STANDSTILL" ]; then
      touch "$job/standstill"
      lab_autopsy "$qemu" "$job" >"$LAB_AUTOPSY"
      break
    fi
  done
  [ -f "$job/standstill" ] || touch "$job/timeout"
  kill "$qemu"
  lab_pause 20
  kill -KILL "$qemu"
}

# Where a processor that stands still is, twice, what QEMU's threads do, and the kernel's last words.
lab_autopsy() {
  local qemu=$1 job=$2 question before
  before=$(stat -c %s "$job/monitor")
  printf 'seconds since the last sign of life by the shared folder: %s, by the serial port: %s\n' \
    "$(lab_age "$job/alive")" "$(lab_age "$job/pulse")"
  for question in 'info cpus' 'info registers' 'info lapic' 'info pic' 'info irq' 'info registers' 'info lapic'; do
    lab_ask "$job" "$question"
  done
  tail -c +$((before + 1)) "$job/monitor"
  lab_threads "$qemu"
  sleep 2
  lab_threads "$qemu"
  lab_ask "$job" nmi
  # What the tasks wait for takes a slow processor its time; then it is restarted, which ends QEMU.
  timeout 60 tail --pid="$qemu" -f /dev/null
}

# lab_last_words: of a lab that stood still, where its processor was and what held up its tasks.
lab_last_words() {
  grep -a -e '^seconds since' -e '^[RE]IP=' -e '^IRR' -e '^ISR' "$LAB_AUTOPSY"
  awk '/Kernel panic/ { shown = 30 } / state:[DR] / { shown = 20 } shown-- > 0' "$LAB_AUTOPSY" | head -n 150
}

# lab_ask JOB QUESTION: to QEMU's monitor, which may not read any more.
lab_ask() {
  # shellcheck disable=SC2016 # the words are for the shell that timeout starts
  timeout 5 "$BASH" -c 'echo "$1" >"$2"' "$BASH" "$2" "$1/monitor.in"
  sleep 1
}

# lab_age FILE: seconds since it was last written.
lab_age() { echo $(($(date +%s) - $(stat -c %Y "$1"))); }

# lab_threads QEMU: each thread's name, state, and ticks in its own code and in the kernel's.
lab_threads() {
  local thread
  for thread in /proc/"$1"/task/*; do
    printf '%s: %s\n' "$(cat "$thread/comm")" "$(cut -d ' ' -f 3,14,15 "$thread/stat")"
  done
}

# What the lab's init reads: the command, word for word, and the folder that is shared for writing.
lab_write_job() {
  local job=$1
  shift
  {
    printf 'export PATH=%q HOME=%q LANG=C.UTF-8 CLOUDE_LAB=1\n' "$PATH" "$HOME"
    local name
    for name in CLOUDE_CACHE CLOUDE_STATE JAVA_HOME; do
      [ -n "${!name:-}" ] && printf 'export %s=%q\n' "$name" "${!name}"
    done
    printf 'cd %q || exit 125\nexec' "$PWD"
    printf ' %q' "$@"
    printf '\n'
  } >"$job/command"
  {
    printf 'mkdir -p %q\n' "/root$LAB_OUT"
    # shellcheck disable=SC2016
    printf 'mount -t 9p -o "$p9" out %q || fail "cannot mount the output folder"\n' "/root$LAB_OUT"
    printf 'cp /job/command /root/job.sh\n'
  } >"$job/mounts"
}
