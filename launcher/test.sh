# shellcheck shell=bash
# The rungs of docs/testing.md. Every check is counted; the last line is the sum.

readonly REPORTS=$ROOT/target/reports
JUNIT_CONSOLE=$CACHE/junit/junit-platform-console-standalone-$(pom_version junit-platform.version).jar

test_usage() {
  cat >&2 <<'USAGE'
usage: ./cloude test [--rung 1|2|3|4] [--all]

Runs every rung of the gate, or one. --all adds the long runs. Ends with the line
'N passed, N failed, N skipped'; exit 0 only if nothing failed and nothing that must run was skipped.
USAGE
  exit "$EXIT_USAGE"
}

PASSED=0
FAILED=0
SKIPPED=0

cmd_test() {
  local rung='' all=''
  while [ $# -gt 0 ]; do
    case $1 in
      --rung)
        [[ ${2:-} =~ ^[1-4]$ ]] || usage_error "--rung takes 1, 2, 3 or 4, got '${2:-}'"
        rung=$2
        shift 2
        ;;
      --all)
        all=1
        shift
        ;;
      *) test_usage ;;
    esac
  done
  in_lab && die "the lab runs single checks: use ./cloude test outside"
  rm -rf "$REPORTS" "$LAB_OUT"
  mkdir -p "$REPORTS"
  case ${rung:-every} in
    1) rung_1 ;;
    2) test_prepare && rung_2_host && rung_2_lab ;;
    3) test_prepare && rung_3 "$all" ;;
    4) test_prepare && rung_4 "$all" ;;
    every)
      rung_1
      test_prepare
      rung_2_host
      rung_3 "$all"
      rung_4 "$all"
      ;;
  esac
  printf '%s passed, %s failed, %s skipped\n' "$PASSED" "$FAILED" "$SKIPPED"
  [ "$FAILED" -eq 0 ] && [ "$PASSED" -gt 0 ]
}

test_prepare() {
  prepare
  maven_copy "org.junit.platform:junit-platform-console-standalone:$(pom_version junit-platform.version)" \
    "$JUNIT_CONSOLE"
}

passed() { PASSED=$((PASSED + 1)) && say "passed: $*"; }
failed() { FAILED=$((FAILED + 1)) && say "FAILED: $*"; }
skipped() { SKIPPED=$((SKIPPED + 1)) && say "skipped: $*"; }

# check NAME COMMAND...: one check of the gate.
check() {
  local name=$1 started=$SECONDS
  shift
  say "checking: $name ..."
  if "$@"; then
    passed "$name ($((SECONDS - started)) s)"
  else
    failed "$name (exit code $?, $((SECONDS - started)) s)"
  fi
}

# count_junit NAME FILE...: adds what JUnit's XML reports say. No report at all is a failure.
count_junit() {
  local name=$1 file line tests failures errors skips
  shift
  tests=0 failures=0 errors=0 skips=0
  for file in "$@"; do
    [ -f "$file" ] || continue
    line=$(grep -m 1 -o '<testsuite [^>]*' "$file")
    tests=$((tests + $(junit_attribute "$line" tests)))
    failures=$((failures + $(junit_attribute "$line" failures)))
    errors=$((errors + $(junit_attribute "$line" errors)))
    skips=$((skips + $(junit_attribute "$line" skipped)))
  done
  if [ "$tests" -eq 0 ]; then
    failed "$name ran no test"
    return 0
  fi
  PASSED=$((PASSED + tests - failures - errors - skips))
  FAILED=$((FAILED + failures + errors))
  SKIPPED=$((SKIPPED + skips))
  say "$name: $tests tests, $((failures + errors)) failed, $skips skipped"
}

junit_attribute() {
  local value
  value=$(sed -n "s/.* $2=\"\([0-9]*\)\".*/\1/p" <<<"$1")
  echo "${value:-0}"
}

# must_run NAME SKIPS_BEFORE: a rung that must run fails when one of its tests was skipped.
must_run() {
  if [ "$SKIPPED" -gt "$2" ]; then
    failed "$1 skipped $((SKIPPED - $2)) tests that must run"
  fi
}

# Rung 1: unit and property tests, the package rules, formatting, the launcher's own shell.
rung_1() {
  need javac mvn go
  require_jdk_17
  step "building the agent" build_agent
  find "$ROOT" -path '*/target/surefire-reports/*' -delete
  if maven verify; then
    passed "maven verify"
    mark_built
  else
    failed "maven verify"
  fi
  count_junit "rung 1, Java" "$ROOT"/*/target/surefire-reports/TEST-*.xml
  check "gofmt" go_is_formatted
  check "go vet" agent_go vet ./...
  go_test
  if have shellcheck || { [ "$(id -u)" -eq 0 ] && apt_install shellcheck >/dev/null 2>&1; }; then
    check "shellcheck" shellcheck_all
  else
    skipped "shellcheck is not installed"
  fi
}

agent_go() { (cd "$ROOT/agent" && go "$@"); }

go_is_formatted() {
  local found
  found=$(cd "$ROOT/agent" && gofmt -l .)
  [ -z "$found" ] || { say "not formatted: $found" && return 1; }
}

go_test() {
  local log=$REPORTS/go-test.log rc=0
  agent_go test -count=1 -v ./... >"$log" 2>&1 || rc=$?
  local ok bad skip
  ok=$(grep -c '^ *--- PASS' "$log" || true)
  bad=$(grep -c '^ *--- FAIL' "$log" || true)
  skip=$(grep -c '^ *--- SKIP' "$log" || true)
  if [ "$rc" -ne 0 ]; then
    tail -n 60 "$log" >&2
    [ "$bad" -gt 0 ] || bad=1
  fi
  PASSED=$((PASSED + ok)) FAILED=$((FAILED + bad)) SKIPPED=$((SKIPPED + skip))
  [ "$ok" -gt 0 ] || failed "the agent ran no test"
  say "rung 1, agent: $((ok + bad + skip)) tests, $bad failed, $skip skipped"
}

shellcheck_all() { (cd "$ROOT" && shellcheck cloude launcher/*.sh lab/*.sh lab/init .ci/run); }

# junit_command MODULE TAG REPORTS: the words that run a module's tagged tests without Maven.
junit_tests() {
  local module=$1 tag=$2 reports=$3
  shift 3
  java -XX:+UseSerialGC "$@" -jar "$JUNIT_CONSOLE" execute --disable-banner --details=tree \
    --disable-ansi-colors --include-tag "$tag" --reports-dir "$reports" \
    --class-path "$ROOT/$module/target/test-classes:$ROOT/$module/target/classes:$(test_libraries "$module")" \
    --scan-class-path "$ROOT/$module/target/test-classes"
}

test_libraries() {
  local jar path=''
  for jar in "$ROOT/$1"/target/test-lib/*.jar; do
    path=$path:$jar
  done
  echo "${path#:}"
}

guest_properties() {
  printf '%s\n' "-Dcloude.test.kernel=$GUEST_KERNEL/vmlinuz" "-Dcloude.test.modules=$GUEST_KERNEL/modules" \
    "-Dcloude.test.out=$LAB_OUT" "-Dcloude.test.busybox=$(command -v busybox)"
}

# Rung 2: flat guests on this host's own /dev/kvm, where it opens; the lab runs them in any case.
rung_2_host() {
  if [ ! -r /dev/kvm ] || [ ! -w /dev/kvm ]; then
    skipped "rung 2 on this host: /dev/kvm does not open (the lab runs it too)"
    return 0
  fi
  vmm_tests kvm "$REPORTS/rung-2" >"$REPORTS/rung-2.log" 2>&1 || tail -n 60 "$REPORTS/rung-2.log" >&2
  count_junit "rung 2, this host" "$REPORTS"/rung-2/*.xml
}

vmm_tests() {
  local tag=$1 reports=$2 properties
  mapfile -t properties < <(guest_properties)
  mkdir -p "$reports"
  unshare --net -- bash -c "$(declare -f junit_tests test_libraries); $(declare -p ROOT JUNIT_CONSOLE); "'ip link set lo up; junit_tests "$@"' \
    bash vmm-jna "$tag" "$reports" "${properties[@]}"
}
