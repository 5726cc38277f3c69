# shellcheck shell=bash
# Coverage-guided fuzzing of the VMM: docs/testing.md, section "Fuzzing".

readonly FUZZ_CORPUS=$ROOT/vmm-jna/src/test/fuzz
readonly FUZZ_OUT=$ROOT/target/fuzz
# Inputs for each target: in the gate, where starting costs more than fuzzing; with --all, about an
# hour on two cores; and by default for one target by hand.
readonly FUZZ_RUNS=10000 FUZZ_ALL_RUNS=1000000 FUZZ_LONG_RUNS=10000000
# Larger inputs say nothing new and take longer: files have their headers in these bytes, and scripts
# for a device some fifty steps.
readonly FUZZ_MAX_FILE_BYTES=2048 FUZZ_MAX_SCRIPT_BYTES=512
# Far more than any input takes: only a loop without end comes near it.
readonly FUZZ_HANG_SECONDS=300

fuzz_usage() {
  cat >&2 <<USAGE
usage: ./cloude fuzz TARGET [--runs N] [--seed N]

Fuzzes one target of the VMM with N inputs (default $FUZZ_LONG_RUNS) and adds what it learns to target/fuzz.
Exit 0 only if no input broke a rule; one that did is left in target/fuzz/TARGET. Targets:
$(fuzz_targets)
USAGE
  exit "$EXIT_USAGE"
}

cmd_fuzz() {
  local target='' runs=$FUZZ_LONG_RUNS seed=0
  while [ $# -gt 0 ]; do
    case $1 in
      --runs | --seed)
        [[ ${2:-} =~ ^[0-9]+$ ]] || usage_error "$1 takes a number, got '${2:-}'"
        if [ "$1" = --runs ]; then runs=$2; else seed=$2; fi
        shift 2
        ;;
      *)
        if [ -n "$target" ] || [ -z "$1" ] || [ ! -d "$FUZZ_CORPUS/$1" ]; then fuzz_usage; fi
        target=$1
        shift
        ;;
    esac
  done
  [ -n "$target" ] || fuzz_usage
  need java
  [ -d "$ROOT/vmm-jna/target/test-lib" ] || die "nothing is built yet: run mvn package first"
  fuzz_target "$target" "$runs" "$seed"
}

# The targets' class names: each has its folder in the corpus.
fuzz_targets() { (cd "$FUZZ_CORPUS" && printf '%s\n' *); }

# fuzz_target TARGET RUNS SEED: a seed of 0 stands for a new one.
fuzz_target() {
  local target=$1 runs=$2 seed=$3 bytes=$FUZZ_MAX_SCRIPT_BYTES out=$FUZZ_OUT/$1 module=$ROOT/vmm-jna vmm=dev.cloude.vmm harness options=()
  # What drives and watches is not to guide the fuzzer.
  harness="$target:$vmm.fuzz.**:$vmm.memory.**:$vmm.libc.**:$vmm.boot.FuzzFile:$vmm.boot.FuzzRam:$vmm.boot.LoadedRam"
  harness+=":$vmm.virtio.HostileDriver:$vmm.virtio.RegisterScript:$vmm.virtio.ModelDriver"
  harness+=":$vmm.virtio.DriverQueue*:$vmm.virtio.net.FuzzChannel:$vmm.virtio.net.FakeVhost:$vmm.virtio.rng.FuzzEntropy:$vmm.virtio.block.FuzzImage"
  [[ $target != *.boot.* ]] || bytes=$FUZZ_MAX_FILE_BYTES
  # A short run ends before the second compiler has paid for itself.
  [ "$runs" -gt 200000 ] || options+=(-XX:TieredStopAtLevel=1)
  mkdir -p "$out/corpus"
  java -XX:+UseSerialGC -Xmx512m "${options[@]}" \
    -cp "$module/target/test-classes:$module/target/classes:$(test_libraries vmm-jna)" \
    com.code_intelligence.jazzer.Jazzer --target_class="$target" \
    --instrumentation_includes="$vmm.**" --instrumentation_excludes="$harness" \
    --custom_hook_includes="$vmm.**" --custom_hook_excludes="$harness" --reproducer_path="$out" \
    -runs="$runs" -seed="$seed" -max_len="$bytes" -timeout="$FUZZ_HANG_SECONDS" -rss_limit_mb=0 \
    -print_final_stats=1 -artifact_prefix="$out/" "$out/corpus" "$FUZZ_CORPUS/$target"
}

# fuzz_checks ALL: each target is one check of the gate. Always the same inputs, but with --all.
fuzz_checks() {
  local runs=$FUZZ_RUNS seed=1 target
  if [ -n "$1" ]; then
    runs=$FUZZ_ALL_RUNS seed=0
  fi
  rm -rf "$FUZZ_OUT"
  mkdir -p "$FUZZ_OUT"
  say "fuzzing each of $(fuzz_targets | wc -l) targets with $runs inputs ..."
  # shellcheck disable=SC2016 # the words are for the shell that xargs starts
  fuzz_targets | xargs -P "$(nproc)" -I '{}' "$BASH" -c \
    '"$0" "$1" fuzz "$4" --runs "$2" --seed "$3" >"$5/$4.log" 2>&1; echo $? >"$5/$4.exit"' \
    "$BASH" "$ROOT/cloude" "$runs" "$seed" '{}' "$FUZZ_OUT"
  while read -r target; do
    check "fuzzing ${target#dev.cloude.vmm.}" fuzz_verdict "$target" "$runs"
  done < <(fuzz_targets)
}

fuzz_verdict() {
  local log=$FUZZ_OUT/$1.log inputs
  inputs=$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")
  say "  ${inputs:-0} inputs, $(sed -n 's/^stat::average_exec_per_sec: *//p' "$log") a second"
  if [ "$(cat "$FUZZ_OUT/$1.exit")" -ne 0 ] || [ "${inputs:-0}" -lt "$2" ]; then
    tail -n 60 "$log" >&2
    return 1
  fi
}
