package guest

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"syscall"
	"time"
)

const (
	diskWait = 5 * time.Second

	// Folders of the start archive, out of reach once the root has been entered.
	imageDir   = "/cloude/image"
	changesDir = "/cloude/changes"
	rootDir    = "/cloude/root"
)

// startFiles are what the start archive holds in memory besides folders. The agent lives on in its mapping.
var startFiles = []string{ModuleDir, "/init", "/usr/bin/cloude-agentd"}

// EnterRoot makes the image on a disk this process's root file system: read-only, under an overlay in memory
// that takes what programs change. The file systems that the kernel fills come along; the rest are mounted by
// Mount, in the new root. Modules must have been loaded.
func EnterRoot(device string) error {
	if err := waitForDisk(device); err != nil {
		return err
	}
	changed := changesDir + "/files"
	scratch := changesDir + "/overlay"
	layers := []struct {
		mount
		// folders are made in it.
		folders []string
	}{
		{mount{"erofs", imageDir, syscall.MS_RDONLY | noDev, "", 0o755, true}, nil},
		{mount{"tmpfs", changesDir, noDev, "mode=0755,size=50%", 0o755, true}, []string{changed, scratch}},
		{mount{"overlay", rootDir, noDev, "lowerdir=" + imageDir + ",upperdir=" + changed + ",workdir=" + scratch, 0o755, true}, nil},
	}
	for i, layer := range layers {
		source := layer.fsType
		if i == 0 {
			source = device
		}
		if err := layer.from(source); err != nil {
			return fmt.Errorf("the image on %s could not be used: %s could not be mounted at %s: %v", device, layer.fsType, layer.target, err)
		}
		for _, folder := range layer.folders {
			if err := os.Mkdir(folder, 0o755); err != nil {
				return err
			}
		}
	}
	for _, m := range kernelMounts {
		if err := m.moveTo(rootDir + m.target); err != nil {
			return fmt.Errorf("%s could not be moved to the image on %s: %v", m.target, device, err)
		}
	}
	for _, file := range startFiles {
		_ = os.RemoveAll(file)
	}
	return switchRoot(rootDir)
}

// switchRoot leaves the kernel's own root, which can neither be unmounted nor pivoted away from, below.
func switchRoot(dir string) error {
	if err := os.Chdir(dir); err != nil {
		return err
	}
	if err := syscall.Mount(".", "/", "", syscall.MS_MOVE, ""); err != nil {
		return fmt.Errorf("%s could not be moved to /: %v", dir, err)
	}
	if err := syscall.Chroot("."); err != nil {
		return fmt.Errorf("%s could not be made the root: %v", dir, err)
	}
	return os.Chdir("/")
}

func (m mount) moveTo(target string) error {
	if !mounted(m.target) {
		return nil
	}
	if err := os.MkdirAll(target, m.mode); err != nil {
		return err
	}
	return syscall.Mount(m.target, target, "", syscall.MS_MOVE, "")
}

// waitForDisk gives a driver that finds its device late a moment.
func waitForDisk(device string) error {
	for deadline := time.Now().Add(diskWait); ; time.Sleep(time.Millisecond) {
		info, err := os.Stat(device)
		if err == nil && info.Mode()&os.ModeDevice != 0 {
			return nil
		}
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		if time.Now().After(deadline) {
			return fmt.Errorf("there is no disk %s (cloude.root); does the VM have one, and is its module in %s/order?", device, ModuleDir)
		}
	}
}
