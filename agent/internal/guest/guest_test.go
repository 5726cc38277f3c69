package guest

import (
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unsafe"
)

func TestCommandLine(t *testing.T) {
	p, err := ParseCommandLine("console=ttyS0 quiet cloude.ip=10.39.1.2/24 cloude.gw=10.39.1.1 cloude.port=3001 cloude.dns=1.1.1.1,10.0.0.53 cloude.boot_timer=0xc0000000 cloude.console=1\n")
	if err != nil {
		t.Fatal(err)
	}
	if p.Address.String() != "10.39.1.2/24" || p.Gateway.String() != "10.39.1.1" || p.Port != 3001 || !p.Console {
		t.Errorf("%+v", p)
	}
	if len(p.NameServers) != 2 || p.NameServers[1].String() != "10.0.0.53" || p.BootTimer != 0xc0000000 {
		t.Errorf("%+v", p)
	}
	if !p.Address.Contains(p.Gateway) {
		t.Error("the gateway is on the link")
	}
}

func TestCommandLineOfAnotherSystem(t *testing.T) {
	p, err := ParseCommandLine("BOOT_IMAGE=/vmlinuz root=/dev/vda1 ro")
	if err != nil || p.Address != nil || p.Gateway != nil || p.Port != 0 || p.Console {
		t.Errorf("%+v %v", p, err)
	}
}

func TestDisk(t *testing.T) {
	for _, device := range []string{"/dev/vda", "/dev/vdz"} {
		p, err := ParseCommandLine("quiet cloude.root=" + device)
		if err != nil || p.Root != device {
			t.Errorf("%s became %q: %v", device, p.Root, err)
		}
	}
}

func TestSockets(t *testing.T) {
	for word, want := range map[string]Sockets{"1,1": {1, 1}, "300,3001": {300, 3001}, "1023,1073741823": {1023, 1073741823}} {
		p, err := ParseCommandLine("quiet cloude.vsock=" + word)
		if err != nil || p.Sockets == nil || *p.Sockets != want {
			t.Errorf("%s became %+v: %v", word, p.Sockets, err)
		}
	}
}

func TestEveryPrefix(t *testing.T) {
	for _, address := range []string{"10.0.0.2/8", "172.16.5.9/30", "192.168.255.254/16", "10.1.1.1/32", "100.64.0.2/1"} {
		p, err := ParseCommandLine("cloude.ip=" + address)
		if err != nil || p.Address.String() != address {
			t.Errorf("%s became %v: %v", address, p.Address, err)
		}
	}
}

func TestBadCommandLine(t *testing.T) {
	for _, word := range []string{
		"cloude.ip=10.39.1.2", "cloude.ip=", "cloude.ip=fe80::1/64", "cloude.ip=10.39.1.2/33", "cloude.gw=host",
		"cloude.gw=fe80::1", "cloude.port=0", "cloude.port=65536", "cloude.port=x", "cloude.root=", "cloude.root=vda",
		"cloude.root=/dev/vda1", "cloude.root=/dev/sda", "cloude.root=/dev/vd/../mem", "cloude.root=/dev/vda,x",
		"cloude.dns=", "cloude.dns=one", "cloude.dns=1.1.1.1,", "cloude.dns=::1", "cloude.dns=1.1.1.1,1.1.1.2,1.1.1.3,1.1.1.4",
		"cloude.vsock=", "cloude.vsock=300", "cloude.vsock=300,", "cloude.vsock=,3001", "cloude.vsock=0,3001", "cloude.vsock=1024,3001",
		"cloude.vsock=300,0", "cloude.vsock=300,1073741824", "cloude.vsock=300,3001,1", "cloude.vsock=-1,3001", "cloude.vsock=0x12c,3001",
		"cloude.boot_timer=", "cloude.boot_timer=0", "cloude.boot_timer=-4096", "cloude.boot_timer=0xc0000001",
	} {
		if _, err := ParseCommandLine("quiet " + word); err == nil || !strings.Contains(err.Error(), word) {
			t.Errorf("%s: %v", word, err)
		}
	}
}

func TestStructsHaveTheKernelsSizes(t *testing.T) {
	if size := unsafe.Sizeof(ifreq{}); size != 40 {
		t.Errorf("struct ifreq has %d bytes", size)
	}
	if size := unsafe.Sizeof(rtentry{}); size != 120 {
		t.Errorf("struct rtentry has %d bytes", size)
	}
	var route rtentry
	if offset := unsafe.Offsetof(route.device); offset != 88 {
		t.Errorf("rt_dev is at %d", offset)
	}
}

func TestModulesThatAreThereAlready(t *testing.T) {
	entries, err := os.ReadDir("/sys/module")
	if err != nil || len(entries) == 0 {
		t.Skip("this kernel names no module")
	}
	if name := entries[0].Name(); !loaded(strings.ReplaceAll(name, "_", "-")+".ko.xz") || loaded("no-such-module.ko") {
		t.Errorf("%s", name)
	}
}

func TestMissingModulesAreOnlyLogged(t *testing.T) {
	dir := t.TempDir()
	var logged []string
	log := func(format string, args ...interface{}) { logged = append(logged, format) }
	if err := LoadModules(dir, Parameters{}, log); err != nil || len(logged) != 0 {
		t.Errorf("no order file: %v %v", err, logged)
	}
	for list, names := range map[string]string{"order": "no-such-a.ko\nno-such-b.ko\n", "order.net": "no-such-c.ko", "order.vsock": "no-such-d.ko no-such-e.ko f.ko"} {
		if err := os.WriteFile(filepath.Join(dir, list), []byte(names), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	net, sockets := &net.IPNet{}, &Sockets{1, 2}
	for _, devices := range []struct {
		kernel Parameters
		want   int
	}{{Parameters{}, 2}, {Parameters{Address: net}, 3}, {Parameters{Sockets: sockets}, 5}, {Parameters{Address: net, Sockets: sockets}, 6}} {
		logged = nil
		if err := LoadModules(dir, devices.kernel, log); err != nil || len(logged) != devices.want {
			t.Errorf("%d missing modules: %v %v", devices.want, err, logged)
		}
	}
}

func TestResolverFileIsReplaced(t *testing.T) {
	file := filepath.Join(t.TempDir(), "etc", "resolv.conf")
	servers := []net.IP{net.IPv4(1, 1, 1, 1), net.IPv4(9, 9, 9, 9)}
	if err := WriteResolver(file, servers[:1]); err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(file); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("../run/systemd/resolve/stub-resolv.conf", file); err != nil {
		t.Fatal(err)
	}
	if err := WriteResolver(file, servers); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(file)
	if err != nil || string(text) != "nameserver 1.1.1.1\nnameserver 9.9.9.9\n" {
		t.Errorf("%q %v", text, err)
	}
}

func TestTimer(t *testing.T) {
	file := filepath.Join(t.TempDir(), "current_device")
	if !HasTimer(file) {
		t.Error("a kernel that does not say is believed")
	}
	for name, want := range map[string]bool{"lapic\n": true, "lapic-deadline\n": true, "hpet\n": true, "pit\n": false, "\n": false, "": false} {
		if err := os.WriteFile(file, []byte(name), 0o644); err != nil {
			t.Fatal(err)
		}
		if HasTimer(file) != want {
			t.Errorf("%q", name)
		}
	}
}
