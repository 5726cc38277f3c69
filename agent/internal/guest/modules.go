package guest

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"unsafe"
)

// ModuleDir holds the image's kernel modules, and in the file "order" the names of those that every guest
// loads, in the order of loading, one on a line. "order.net" and "order.vsock" have those that only guests
// with a network, or with a socket device, load after them: each costs time.
const ModuleDir = "/lib/cloude/modules"

const (
	sysFinitModule       = 313 // asm/unistd_64.h
	moduleCompressedFile = 4   // MODULE_INIT_COMPRESSED_FILE, linux/module.h
)

// LoadModules loads the image's modules for the devices that the host speaks of. One that is missing or
// refused may be built into the kernel, so it is only logged: whether its device is there is found out by
// who needs the device.
func LoadModules(dir string, kernel Parameters, log func(string, ...interface{})) error {
	lists := []string{"order"}
	if kernel.Address != nil {
		lists = append(lists, "order.net")
	}
	if kernel.Sockets != nil {
		lists = append(lists, "order.vsock")
	}
	for _, list := range lists {
		order, err := os.ReadFile(filepath.Join(dir, list))
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		if !loadAll(dir, strings.Fields(string(order)), log) {
			return nil
		}
	}
	return nil
}

// loadAll tells whether the kernel takes modules at all: if not, what it needs is built in.
func loadAll(dir string, names []string, log func(string, ...interface{})) bool {
	for _, name := range names {
		if loaded(name) {
			continue
		}
		err := load(filepath.Join(dir, name))
		if err == syscall.ENOSYS {
			return false
		}
		if err != nil && err != syscall.EEXIST {
			log("module %s: %v", name, err)
		}
	}
	return true
}

func loaded(file string) bool {
	name, _, _ := strings.Cut(file, ".ko")
	_, err := os.Stat("/sys/module/" + strings.ReplaceAll(name, "-", "_"))
	return err == nil
}

func load(path string) error {
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	defer file.Close()
	flags := uintptr(0)
	if !strings.HasSuffix(path, ".ko") {
		flags = moduleCompressedFile
	}
	var noParameters byte
	// SAFETY: the kernel reads a NUL-terminated string at the pointer: this one is empty.
	_, _, errno := syscall.Syscall(sysFinitModule, file.Fd(), uintptr(unsafe.Pointer(&noParameters)), flags)
	switch errno {
	case 0:
		return nil
	case syscall.ENOENT:
		return errors.New("it needs a symbol of a module that does not come before it")
	default:
		return errno
	}
}
