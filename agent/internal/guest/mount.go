package guest

import (
	"errors"
	"fmt"
	"os"
	"syscall"
)

type mount struct {
	fsType, target string
	flags          uintptr
	options        string
	mode           os.FileMode
	// needed file systems are those without which no program runs; a kernel may lack the others.
	needed bool
}

const (
	noExec = syscall.MS_NOEXEC
	noSuid = syscall.MS_NOSUID
	noDev  = syscall.MS_NODEV
)

// WorkDir is where programs run in a guest: a file system of its own with a bound, for the image's root
// file system shares its memory with everything.
const WorkDir = "/work"

// kernelMounts are what the kernel fills; they come first, for they tell about all the rest.
var kernelMounts = []mount{
	{"proc", "/proc", noSuid | noExec | noDev, "", 0o555, true},
	{"sysfs", "/sys", noSuid | noExec | noDev, "", 0o555, false},
	{"devtmpfs", "/dev", noSuid, "mode=0755", 0o755, true},
}

// mounts is in the order of mounting. The sizes leave memory for the program itself; a file system that
// is full is a program's error, a guest without memory is everybody's.
var mounts = []mount{
	{"devpts", "/dev/pts", noSuid | noExec, "mode=0620,gid=5,ptmxmode=0666", 0o755, false},
	{"tmpfs", "/dev/shm", noSuid | noDev, "mode=1777,size=25%", 0o755, false},
	{"tmpfs", "/tmp", noSuid | noDev, "mode=1777,size=25%", 0o755, false},
	{"tmpfs", "/run", noSuid | noDev, "mode=0755,size=5%", 0o755, false},
	{"tmpfs", WorkDir, noSuid | noDev, "mode=0755,size=50%", 0o755, true},
	{"cgroup2", "/sys/fs/cgroup", noSuid | noExec | noDev, "nsdelegate", 0o555, false},
}

// links are names that programs expect and devtmpfs lacks.
var links = map[string]string{
	"/dev/fd":     "/proc/self/fd",
	"/dev/stdin":  "/proc/self/fd/0",
	"/dev/stdout": "/proc/self/fd/1",
	"/dev/stderr": "/proc/self/fd/2",
}

// MountKernel mounts what the kernel says about itself and its devices, where it is not mounted yet.
func MountKernel(log func(string, ...interface{})) error { return mountAll(kernelMounts, log) }

// Mount mounts the rest, where it is not mounted yet. Another init may have been there before.
func Mount(log func(string, ...interface{})) error {
	if err := mountAll(mounts, log); err != nil {
		return err
	}
	for link, target := range links {
		if err := os.Symlink(target, link); err != nil && !errors.Is(err, os.ErrExist) {
			log("%s could not be made: %v", link, err)
		}
	}
	return nil
}

func mountAll(all []mount, log func(string, ...interface{})) error {
	for _, m := range all {
		if mounted(m.target) {
			continue
		}
		if err := m.from(m.fsType); err != nil && err != syscall.EBUSY {
			if m.needed {
				return fmt.Errorf("%s could not be mounted at %s: %v", m.fsType, m.target, err)
			}
			log("%s could not be mounted at %s: %v", m.fsType, m.target, err)
		}
	}
	return nil
}

func (m mount) from(source string) error {
	if err := os.MkdirAll(m.target, m.mode); err != nil {
		return err
	}
	return syscall.Mount(source, m.target, m.fsType, m.flags, m.options)
}

// mounted tells whether a folder is on another device than its parent.
func mounted(path string) bool {
	var here, above syscall.Stat_t
	if syscall.Lstat(path, &here) != nil || syscall.Lstat(path+"/..", &above) != nil {
		return false
	}
	return here.Dev != above.Dev
}
