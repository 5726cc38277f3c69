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
    1) rung_1 "$all" ;;
    2) test_prepare "$all" && rung_2_acpi && rung_2_host "$all" && rung_2_lab ;;
    3) test_prepare "$all" && rung_3 "$all" ;;
    4) test_prepare "$all" && rung_4 "$all" ;;
    every)
      rung_1 "$all"
      test_prepare "$all"
      rung_2_acpi
      rung_2_host "$all"
      rung_3 "$all"
      rung_4 "$all"
      ;;
  esac
  printf '%s passed, %s failed, %s skipped\n' "$PASSED" "$FAILED" "$SKIPPED"
  [ "$FAILED" -eq 0 ] && [ "$PASSED" -gt 0 ]
}

# The most that one part of a lab run may take; the long ones set more.
LAB_TEST_SECONDS=${LAB_TEST_SECONDS:-1500}

# The gate has the languages of the tests' own catalogue, the long runs those of the default one too.
readonly GATE_LANGUAGES=(c java python)
readonly ALL_LANGUAGES=(c cpp go java node python rust)

test_prepare() {
  if [ -n "$1" ]; then
    prepare
  else
    prepare "${GATE_LANGUAGES[@]}"
  fi
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
  [ $((failures + errors)) -eq 0 ] || junit_failures "$@" >&2
}

# junit_failures FILE...: each failed test with the first line of what it says.
junit_failures() {
  awk '/<testcase / { test = $0 }
    /<(failure|error)/ { sub(/.*<testcase /, "", test); print "  failed: " test; print "    " substr($0, 1, 300) }' "$@" 2>/dev/null
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

# Rung 1: unit and property tests, the package rules, formatting, fuzzing, the launcher's own shell.
rung_1() {
  local all=$1
  need javac mvn go lz4 zstd mkfs.erofs cpio
  require_jdk_17
  step "building the agent" build_agent || failed "the agent is built"
  find "$ROOT" -path '*/target/surefire-reports/*' -delete
  say "building and testing with Maven ..."
  if maven verify >"$REPORTS/maven.log" 2>&1; then
    passed "maven verify"
    mark_built
  else
    tail -n 100 "$REPORTS/maven.log" >&2
    failed "maven verify"
  fi
  count_junit "rung 1, Java" "$ROOT"/*/target/surefire-reports/TEST-*.xml
  fuzz_checks "$all"
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
  count_go "rung 1, agent" "$log" "$rc"
}

# count_go NAME LOG EXIT_CODE: adds what `go test -v` says. No test at all is a failure.
count_go() {
  local name=$1 log=$2 rc=$3 ok bad skip
  ok=$(grep -c '^ *--- PASS' "$log" || true)
  bad=$(grep -c '^ *--- FAIL' "$log" || true)
  skip=$(grep -c '^ *--- SKIP' "$log" || true)
  if [ "$rc" -ne 0 ]; then
    tail -n 60 "$log" >&2
    [ "$bad" -gt 0 ] || bad=1
  fi
  PASSED=$((PASSED + ok)) FAILED=$((FAILED + bad)) SKIPPED=$((SKIPPED + skip))
  [ "$ok" -gt 0 ] || failed "$name ran no test"
  say "$name: $((ok + bad + skip)) tests, $bad failed, $skip skipped"
}

shellcheck_all() { (cd "$ROOT" && shellcheck cloude launcher/*.sh server/*.sh lab/*.sh lab/init .ci/run); }

# junit_command MODULE TAG REPORTS: the words that run a module's tagged tests without Maven.
junit_tests() {
  local module=$1 tag=$2 reports=$3 limit=()
  shift 3
  # Tests that hang in the lab say where, and leave time to what comes after them.
  ! in_lab || limit=(timeout --foreground --signal QUIT --kill-after 60 "$LAB_TEST_SECONDS")
  "${limit[@]}" java -XX:+UseSerialGC "-XX:ErrorFile=$reports/hs_err_%p.log" "$@" -jar "$JUNIT_CONSOLE" execute \
    --disable-banner --details=tree --disable-ansi-colors --include-tag "$tag" --reports-dir "$reports" \
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
  printf '%s\n' "-Dcloude.test.kernel=$STOCK_KERNEL/vmlinuz" "-Dcloude.test.modules=$STOCK_KERNEL/modules" \
    "-Dcloude.test.out=$LAB_OUT" "-Dcloude.test.busybox=$(command -v busybox)" \
    "-Dcloude.test.vsock-probe=$ROOT/agent/target/vsock-probe"
}

# Rung 2: what Intel's compiler says of our ACPI tables.
rung_2_acpi() {
  need iasl
  junit_tests vmm-jna acpi "$REPORTS/rung-2-acpi" >"$REPORTS/rung-2-acpi.log" 2>&1 ||
    tail -n 60 "$REPORTS/rung-2-acpi.log" >&2
  count_junit "rung 2, ACPI tables" "$REPORTS"/rung-2-acpi/*.xml
}

# Flat guests on this host's own /dev/kvm, where it opens; the lab runs them in any case. The long
# runs stop a thousand guests in every way.
rung_2_host() {
  local stops=50
  [ -n "$1" ] && stops=1000
  if [ ! -r /dev/kvm ] || [ ! -w /dev/kvm ]; then
    skipped "rung 2 on this host: /dev/kvm does not open (the lab runs it too)"
    return 0
  fi
  vmm_tests '(kvm|soak)&!lab' "$REPORTS/rung-2" "-Dcloude.test.stops=$stops" >"$REPORTS/rung-2.log" 2>&1 || tail -n 60 "$REPORTS/rung-2.log" >&2
  count_junit "rung 2, this host" "$REPORTS"/rung-2/*.xml
}

# vmm_tests TAG REPORTS PROPERTY...: the VMM's tagged tests, in a network namespace of their own.
vmm_tests() {
  local tag=$1 reports=$2 properties
  shift 2
  mapfile -t properties < <(guest_properties)
  mkdir -p "$reports"
  in_namespace junit_tests vmm-jna "$tag" "$reports" "${properties[@]}" "$@"
}

# in_namespace FUNCTION ARGUMENT...: calls one of the launcher's functions where no device of this
# host can be met.
in_namespace() { unshare --net -- "$BASH" "$ROOT/cloude" in-namespace "$@"; }

cmd_in-namespace() {
  ip link set lo up
  "$@"
}

rung_2_lab() {
  lab_checks rung-2-lab 1800 lab_flat_guests
  count_junit "rung 2, lab" "$LAB_OUT"/rung-2-lab/*.xml
}

# lab_checks NAME SECONDS FUNCTION...: runs launcher functions in one lab, with what they print kept. A
# lab that stands still, as QEMU's emulation does once in a long while, is followed by one more for
# what had not ended.
lab_checks() {
  local name=$1 timeout=$2 rc=0 part parts=()
  shift 2
  rm -rf "$LAB_OUT/ended" "$LAB_AUTOPSY"
  mkdir -p "$LAB_OUT/ended"
  lab_parts "$name" "$timeout" "$@" || rc=$?
  if [ "$rc" -eq "$EXIT_PLATFORM" ] && [ -f "$LAB_AUTOPSY" ]; then
    mv "$LAB_AUTOPSY" "$REPORTS/$name-standstill.log"
    for part in "$@"; do
      [ -f "$LAB_OUT/ended/$part" ] || parts+=("$part")
    done
    say "$name: the emulated machine stood still ($REPORTS/$name-standstill.log); once more for: ${parts[*]:-nothing}"
    rc=0
    [ ${#parts[@]} -eq 0 ] || lab_parts "$name-again" "$timeout" "${parts[@]}" || rc=$?
  fi
  [ "$rc" -lt "$EXIT_PLATFORM" ] || failed "$name: the lab ended with exit code $rc"
}

# lab_parts NAME SECONDS FUNCTION...
lab_parts() {
  local name=$1 timeout=$2 rc=0
  shift 2
  say "$name: in the lab, at most $timeout s ..."
  (cmd_lab --timeout "$timeout" -- "$BASH" "$ROOT/cloude" in-lab "$@") >"$REPORTS/$name.log" 2>&1 || rc=$?
  [ "$rc" -eq 0 ] || tail -n 60 "$REPORTS/$name.log" >&2
  return "$rc"
}

# Inside the lab: each function in turn, whatever the one before it came to.
cmd_in-lab() {
  local part rc=0
  for part in "$@"; do
    "$part" || rc=1
    touch "$LAB_OUT/ended/$part"
  done
  return "$rc"
}

# An exit costs a hundred times what it costs on hardware: fewer rounds of the same.
lab_flat_guests() { vmm_tests kvm "$LAB_OUT/rung-2-lab" -Dcloude.test.stops=10; }
lab_linux_guests() { vmm_tests 'lab&!soak' "$LAB_OUT/linux"; }
lab_soak() { LAB_TEST_SECONDS=5000 vmm_tests soak "$LAB_OUT/soak"; }

# Rung 3: the whole application with the qemu driver; one job on WildFly.
rung_3() {
  local all=$1 skips=$SKIPPED
  agent_guest_tests
  registry_tests
  in_namespace rung_3_payara >"$REPORTS/rung-3.log" 2>&1 || tail -n 80 "$REPORTS/rung-3.log" >&2
  count_junit "rung 3, programs and bad input" "$REPORTS"/rung-3/server/*.xml
  count_junit "rung 3, nothing stays behind" "$REPORTS"/rung-3/leaks/*.xml
  count_junit "rung 3, Python, C and Java" "$REPORTS"/rung-3/languages/*.xml
  if [ -n "$all" ]; then
    in_namespace rung_3_guests >"$REPORTS/rung-3-guests.log" 2>&1 || tail -n 80 "$REPORTS/rung-3-guests.log" >&2
    count_junit "rung 3, VMs without a server" "$REPORTS"/rung-3/guests/*.xml
    languages_in_namespace "$REPORTS"/rung-3-all
    check "rung 3, one job in an image from a registry" in_namespace registry_image_job
  fi
  check "rung 3, one job on WildFly" in_namespace wildfly_job
  count_junit "rung 3, the log of WildFly as JSON" "$REPORTS"/rung-3/wildfly-log/*.xml
  count_junit "rung 3, bad input on WildFly" "$REPORTS"/rung-3/wildfly/*.xml
  container_tests >"$REPORTS/rung-3-container.log" 2>&1 || tail -n 80 "$REPORTS/rung-3-container.log" >&2
  count_junit "rung 3, the built archive and its restarts" "$REPORTS"/rung-3/container/*.xml
  crash_checks "$all"
  must_run "rung 3" "$skips"
}

# Images from a registry on loopback. Its package is unpacked, not installed: it would start a service.
registry_tests() {
  need skopeo zstd cpio
  ensure_registry
  in_namespace junit_tests initramfs registry "$REPORTS/rung-3/registry" "-Dcloude.test.registry=$REGISTRY" \
    "-Dcloude.test.image=$(echo "$IMAGES"/python-*.cpio)" "-Dcloude.test.image.out=$REPORTS/registry-image" \
    "-Dcloude.test.agent=$AGENT" "-Dcloude.test.modules=$STOCK_KERNEL/modules" \
    >"$REPORTS/rung-3-registry.log" 2>&1 || tail -n 80 "$REPORTS/rung-3-registry.log" >&2
  count_junit "rung 3, images from a registry" "$REPORTS"/rung-3/registry/*.xml
}

# A server whose only image is the one that those tests have built from a registry.
registry_image_job() {
  local home rc=0
  home=$(mktemp -d)
  export VM_INITRAMFS_DIR=$REPORTS/registry-image/out TEST_CATALOGUE=$home/languages.json
  echo '{"python": {"version": "3.11", "base_image": "localhost/debian/python:3.11", "file": "main.py",
    "run": ["/usr/bin/python3", "main.py"]}}' >"$TEST_CATALOGUE"
  test_settings qemu
  server_start "$home"
  { server_wait "$home" "$(start_patience)" && one_job; } || rc=1
  server_stop "$home"
  cp "$home/server.log" "$REPORTS/rung-3-registry-image.log"
  rm -rf "$home"
  return "$rc"
}

readonly REGISTRY=$CACHE/registry/usr/bin/docker-registry

ensure_registry() {
  [ -x "$REGISTRY" ] && return 0
  need apt-get dpkg-deb
  step "fetching docker-registry" fetch_registry
}

fetch_registry() {
  local work
  mkdir -p "$CACHE"
  work=$(mktemp -d "$CACHE/.registry.XXXXXX")
  chmod 755 "$work"
  (cd "$work" && apt_download docker-registry) &&
    dpkg-deb -x "$work"/docker-registry_*.deb "$work/tree" && rm -rf "$CACHE/registry" &&
    mv "$work/tree" "$CACHE/registry" && rm -rf "$work"
}

# The programs that abuse a guest, in one, with the agent as its init.
agent_guest_tests() {
  local log=$REPORTS/rung-3-agent.log rc=0
  in_namespace "$ROOT/agent/guest-test.sh" "$STOCK_KERNEL" >"$log" 2>&1 || rc=$?
  count_go "rung 3, the agent in a guest" "$log" "$rc"
}

# The servers that these start need no device, but the host's own name.
container_tests() { junit_container container; }

# junit_container TAG PROPERTY...
junit_container() {
  local tag=$1
  shift
  junit_tests it "$tag" "$REPORTS/rung-3/$tag" "-Dcloude.payara=$PAYARA" "-Dcloude.war=$WAR" \
    "-Dcloude.root=$ROOT" "-Dcloude.catalogue=$ROOT/it/src/test/config/languages.json" "$@"
}

# kill -9 of a server, over and over; the long runs also with VMs, and with two servers on one database.
crash_checks() {
  local rounds=5
  [ -n "$1" ] && rounds=30
  crash_tests crash "-Dcloude.crash.rounds=$rounds"
  [ -n "$1" ] || return 0
  crash_tests crash-vms
  need_postgresql
  crash_tests peers
}

# crash_tests TAG PROPERTY...: runs them, shows their figures and counts them.
crash_tests() {
  local tag=$1 log=$REPORTS/rung-3-$1.log run=(junit_container)
  [ "$tag" != crash-vms ] || run=(in_namespace junit_container_with_vms)
  "${run[@]}" "$@" >"$log" 2>&1 || tail -n 80 "$log" >&2
  grep -a "^$tag: " "$log" >&2 || true
  count_junit "rung 3, $tag" "$REPORTS/rung-3/$tag"/*.xml
}

junit_container_with_vms() {
  export_settings
  test_settings qemu
  junit_container "$@"
}

need_postgresql() {
  compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null && return 0
  if [ "$(id -u)" -ne 0 ] || ! have apt-get; then
    die "missing: postgresql. Install with: sudo apt-get install postgresql"
  fi
  step "installing postgresql" apt_install postgresql
}

# Whole executions in VMs of QEMU, and what their programs reach.
rung_3_guests() { guests_tests "$REPORTS/rung-3/guests" qemu; }

# guests_tests REPORTS DRIVER PROPERTY...
guests_tests() {
  local reports=$1 driver=$2
  shift 2
  junit_tests runtime server "$reports" "-Dcloude.test.driver=$driver" \
    "-Dcloude.test.kernel=$STOCK_KERNEL/vmlinuz" "-Dcloude.test.images=$IMAGES" "$@"
}

rung_3_payara() { server_tests "$REPORTS/rung-3" qemu server leaks languages; }

# Every language of the default catalogue, in memory and from a disk, and the one that docs/languages.md adds.
languages_in_namespace() {
  local reports=$1 form
  for form in disk memory; do
    in_namespace rung_3_languages "$reports/$form" "$form" >"$reports-$form.log" 2>&1 || tail -n 80 "$reports-$form.log" >&2
    count_junit "rung 3, seven languages, root in VM_ROOT=$form" "$reports/$form"/*/*.xml
  done
  added_language >"$reports-lua.log" 2>&1 || tail -n 80 "$reports-lua.log" >&2
  count_junit "rung 3, the language that the documentation adds" "$reports"/lua/languages/*.xml
}

rung_3_languages() {
  export TEST_CATALOGUE=$ROOT/config/languages.json TEST_LANGUAGES VM_ROOT=$2 TEST_CONCURRENT=2
  TEST_LANGUAGES=$(IFS=, && echo "${ALL_LANGUAGES[*]}")
  server_tests "$1" qemu languages public-programs
}

# The catalogue is the page's own example, word for word.
added_language() {
  local catalogue
  catalogue=$(mktemp -d)/languages.json
  awk '/^```/ { inside = /json$/; next } inside' "$ROOT/docs/languages.md" |
    awk '/^{/ { found = 1 } found { print } /^}/ { found = 0 }' >"$catalogue"
  LANGUAGES_CONFIG_PATH=$catalogue ensure_images &&
    in_namespace lua_tests "$catalogue"
  local rc=$?
  rm -r "$(dirname "$catalogue")"
  return "$rc"
}

lua_tests() {
  export TEST_CATALOGUE=$1 TEST_LANGUAGES=lua
  server_tests "$REPORTS/rung-3-all/lua" qemu languages
}

# server_tests REPORTS DRIVER TAG...: starts Payara Micro with the tests' catalogue and runs the tagged
# tests against it; on a failure its log stays among the reports.
server_tests() {
  local reports=$1 driver=$2 home rc=0 tag
  shift 2
  mkdir -p "$reports"
  home=$(mktemp -d)
  test_settings "$driver"
  server_start "$home"
  if server_wait "$home" "$(start_patience)"; then
    for tag in "$@"; do
      junit_tests it "$tag" "$reports/$tag" "-Dcloude.url=$(server_url)" "-Dcloude.pid=$(cat "$home/pid")" \
        "-Dcloude.languages=${TEST_LANGUAGES:-$(IFS=, && echo "${GATE_LANGUAGES[*]}")}" || rc=1
    done
  else
    rc=1
  fi
  server_stop "$home"
  cp "$home/server.log" "$reports/server.log"
  rm -rf "$home"
  return "$rc"
}

# With Debian's kernel, whatever was built by hand.
test_settings() {
  export VM_KERNEL_PATH=$STOCK_KERNEL/vmlinuz
  export VM_DRIVER=$1 LANGUAGES_CONFIG_PATH=${TEST_CATALOGUE:-$ROOT/it/src/test/config/languages.json}
  export VM_MAX_CONCURRENT=${TEST_CONCURRENT:-4}
}

wildfly_job() {
  local home rc=0
  ensure_wildfly
  home=$(mktemp -d)
  mkdir -p "$home/data" "$home/tmp"
  export_settings
  test_settings qemu
  export LOG_FORMAT=json
  wildfly_command "$WILDFLY" "$home"
  "${WILDFLY_COMMAND[@]}" </dev/null >"$home/server.log" 2>&1 &
  echo $! >"$home/pid"
  { server_wait "$home" "$(start_patience)" "$(wildfly_health_url ready)" && one_job "$home"; } || rc=1
  # Before the API is abused: the log has one job then.
  cp "$home/server.log" "$home/first.log"
  junit_tests it log "$REPORTS/rung-3/wildfly-log" "-Dcloude.log=$home/first.log" -Dcloude.log.message=message \
    >"$REPORTS/rung-3-wildfly-log.log" 2>&1 || rc=1
  junit_tests it wire "$REPORTS/rung-3/wildfly" "-Dcloude.url=$(server_url)" >"$REPORTS/rung-3-wildfly.log" 2>&1 || rc=1
  # Hibernate's: requests that come at the same moment are no errors.
  if grep -a SqlExceptionHelper "$home/server.log" >&2; then
    say "the log of WildFly has these SQL errors, and must have none"
    rc=1
  fi
  server_stop "$home"
  cp "$home/server.log" "$REPORTS/wildfly.log"
  rm -rf "$home"
  return "$rc"
}

one_job() {
  local output
  output=$(run_cli go --language python --file "$ROOT/examples/hello.py" 2>&1)
  grep -q 'Hello, 世界, from Python 3' <<<"$output" || { say "the job gave: $output" && return 1; }
}

# Rung 4: in the lab, flat guests, Linux guests stopped in every way, and all programs through the
# server with our own VMM.
rung_4() {
  local all=$1 skips=$SKIPPED
  lab_checks rung-4 3600 lab_flat_guests lab_linux_guests lab_server
  count_junit "rung 2, lab" "$LAB_OUT"/rung-2-lab/*.xml
  count_junit "rung 4, Linux guests" "$LAB_OUT"/linux/*.xml
  count_junit "rung 4, jobs with the kvm driver" "$LAB_OUT"/server/drivers/*.xml
  if [ -n "$all" ]; then
    check "rung 4, the demo with the kvm driver" lab_demo
    have_tuned_kernel || (cmd_kernel build) >"$REPORTS/rung-4-kernel.log" 2>&1 || tail -n 60 "$REPORTS/rung-4-kernel.log" >&2
    check "rung 4, the tuned kernel is built" have_tuned_kernel
    lab_checks rung-4-long 10800 lab_soak lab_isolated lab_isolated_ahead lab_networked lab_prepared lab_tuned lab_leaks lab_languages
    count_junit "rung 4, many VMs" "$LAB_OUT"/soak/*.xml
    count_junit "rung 4, a process for each VM" "$LAB_OUT"/isolated/*.xml
    count_junit "rung 4, a process for each VM, made ahead" "$LAB_OUT"/isolated-ahead/*.xml
    count_junit "rung 4, agents over the network and images in memory" "$LAB_OUT"/networked/*.xml
    count_junit "rung 4, VMs made ahead" "$LAB_OUT"/prepared/*.xml
    count_junit "rung 4, the tuned kernel" "$LAB_OUT"/tuned/*.xml
    count_junit "rung 4, seven languages with the kvm driver" "$LAB_OUT"/languages/languages/*.xml
    count_junit "rung 4, nothing stays behind" "$LAB_OUT"/leaks/leaks/*.xml
  fi
  must_run "rung 4" "$skips"
}

lab_demo() {
  (cmd_lab --timeout 2400 -- "$ROOT/cloude" demo --driver kvm) >"$REPORTS/rung-4-demo.log" 2>&1 || {
    tail -n 60 "$REPORTS/rung-4-demo.log" >&2
    return 1
  }
}

lab_server() { in_namespace lab_server_tests; }
lab_leaks() { in_namespace lab_leak_tests; }
lab_languages() { in_namespace lab_language_tests; }
lab_isolated() { in_namespace lab_isolated_tests; }
lab_isolated_ahead() { in_namespace lab_isolated_ahead_tests; }
lab_networked() { in_namespace lab_networked_tests; }
lab_prepared() { in_namespace lab_prepared_tests; }
lab_tuned() { in_namespace lab_tuned_tests; }
# Whole executions, and what their programs reach, with the monitor in processes of its own.
lab_isolated_tests() {
  guests_tests "$LAB_OUT/isolated" kvm -Dcloude.test.isolation=process
}
# On one emulated processor a process that starts takes seconds from the program that runs.
lab_isolated_ahead_tests() {
  guests_tests "$LAB_OUT/isolated-ahead" kvm -Dcloude.test.isolation=process -Dcloude.test.prepared=8 -Dcloude.test.seconds=30
}
# What is not the default: without sockets, and without a disk.
lab_networked_tests() {
  guests_tests "$LAB_OUT/networked" kvm -Dcloude.test.channel=network -Dcloude.test.root=memory
}
lab_prepared_tests() { guests_tests "$LAB_OUT/prepared" kvm -Dcloude.test.prepared=8; }
lab_tuned_tests() {
  guests_tests "$LAB_OUT/tuned" kvm "-Dcloude.test.kernel=$TUNED_KERNEL/vmlinuz"
}
lab_language_tests() {
  export TEST_CATALOGUE=$ROOT/config/languages.json TEST_LANGUAGES TEST_CONCURRENT=1
  LAB_TEST_SECONDS=5000
  TEST_LANGUAGES=$(IFS=, && echo "${ALL_LANGUAGES[*]}")
  server_tests "$LAB_OUT/languages" kvm languages
}
lab_leak_tests() { server_tests "$LAB_OUT/leaks" kvm leaks; }
# One emulated processor: four guests at once would take many times as long as one after another.
lab_server_tests() { TEST_CONCURRENT=1 server_tests "$LAB_OUT/server" kvm drivers; }
