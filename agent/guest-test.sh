#!/bin/sh
# Runs the agent's abuse programs in a real guest: a microVM under QEMU's emulation whose /init is the agent
# (the test binary plays it), with nothing else but busybox. Needs qemu-system-x86_64, a static busybox,
# and a guest kernel with its modules as launcher/kernels.sh leaves them.
#
#   guest-test.sh [KERNEL_FOLDER [TEST_FLAG...]]
set -eu
cd "$(dirname "$0")"
kernel=${1:-${CLOUDE_CACHE:-$HOME/.cache/cloude}/kernels/guest}
[ $# -eq 0 ] || shift
for file in "$kernel/vmlinuz" "$kernel/modules/order"; do
  [ -f "$file" ] || { echo "$file is missing: run './cloude doctor --prepare', or name another folder" >&2; exit 1; }
done
busybox=$(command -v busybox) || { echo "busybox is missing: install busybox-static" >&2; exit 1; }

work=$(mktemp -d)
qemu=
# shellcheck disable=SC2317 # the trap calls it
cleanup() {
  [ -z "$qemu" ] || kill "$qemu" 2>/dev/null || true
  rm -rf "$work"
}
trap cleanup EXIT
trap 'exit 130' INT TERM

mkdir -p target
CGO_ENABLED=0 go test -c -o target/agent.test .
tree=$work/tree
mkdir -p "$tree/bin" "$tree/dev" "$tree/root" "$tree/var/tmp" "$tree/lib/cloude"
chmod 1777 "$tree/var/tmp"
cp target/agent.test "$tree/init"
ln "$tree/init" "$tree/abuser"
cp -r "$kernel/modules" "$tree/lib/cloude/modules"
for applet in $("$busybox" --list); do ln -sf busybox "$tree/bin/$applet"; done
rm -f "$tree/bin/busybox"
cp "$busybox" "$tree/bin/busybox"
# Without it the agent has no standard descriptors; only root can make one.
mknod "$tree/dev/console" c 5 1
(cd "$tree" && find . | "$busybox" cpio -o -H newc) >"$work/initramfs" 2>/dev/null

# The guest's clock must be told its rate: the microvm machine has no timer to measure it by.
khz=$(awk '/^cpu MHz/ { printf "%d", $4 * 1000; exit }' /proc/cpuinfo)
port=$((20000 + $$ % 10000))
qemu-system-x86_64 -M microvm,acpi=on -accel tcg -cpu max -m 256M -nodefaults -no-user-config -no-reboot -display none \
  -kernel "$kernel/vmlinuz" -initrd "$work/initramfs" -serial "file:$work/console" \
  -append "console=ttyS0 quiet reboot=t pci=off panic=-1 tsc_early_khz=$khz cloude.ip=10.0.2.15/24 cloude.gw=10.0.2.2 cloude.console=1 CLOUDE_AGENT_UNDER_TEST=1" \
  -netdev "user,id=net,restrict=on,hostfwd=tcp:127.0.0.1:$port-:3001" -device virtio-net-device,netdev=net \
  -device virtio-rng-device </dev/null &
qemu=$!
waited=0
until grep -q 'listening on' "$work/console" 2>/dev/null; do
  if ! kill -0 "$qemu" 2>/dev/null || [ "$waited" -ge 120 ]; then
    echo "the guest did not start; its console:" >&2
    cat "$work/console" >&2
    exit 1
  fi
  waited=$((waited + 1))
  sleep 1
done
rc=0
CLOUDE_AGENT_ELSEWHERE=http://127.0.0.1:$port target/agent.test -test.v -test.run 'Misuse' "$@" || rc=$?
[ "$rc" -eq 0 ] || { mkdir -p target && cp "$work/console" target/guest-console.log; }
exit "$rc"
