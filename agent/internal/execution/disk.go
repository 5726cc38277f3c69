package execution

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"dev.cloude/agent/internal/spec"
)

const (
	page = 4096
	// bytesPerInode says how many files a limited disk holds: each costs the kernel about that much memory.
	bytesPerInode = 1024
	// sparedInodes are for the disk's own folders.
	sparedInodes = 16
	// maxSearched and searchTime bound the search for a file of a certain size.
	maxSearched = 4096
	searchTime  = 500 * time.Millisecond
	// clockLag is how far the times of files may be behind the clock: one tick.
	clockLag = 10 * time.Millisecond
)

// shared are the folders, besides its own, that any program may write to.
var shared = []string{"/tmp", "/var/tmp", "/dev/shm"}

// disk is everything that a program may fill.
type disk struct {
	// folders are those that a program may write to, its own first.
	folders []string
	// mounted are those on which a file system of this execution is mounted.
	mounted []string
}

// openDisk gives the disk of an execution whose folder is job. With a limit it is one file system in
// memory that shows up in all its places, so that they share it.
func openDisk(job, aside string, limit uint64, files []spec.File) (disk, error) {
	d := disk{folders: []string{job}}
	for _, folder := range shared {
		if at, err := os.Lstat(folder); err == nil && at.IsDir() && !strings.HasPrefix(job, folder+"/") {
			d.folders = append(d.folders, folder)
		}
	}
	if limit == 0 {
		return d, nil
	}
	if err := os.MkdirAll(aside, 0o700); err != nil {
		return d, err
	}
	defer os.Remove(aside)
	blocks, inodes := footprint(files)
	blocks += (limit + page - 1) / page
	inodes += limit/bytesPerInode + sparedInodes
	options := fmt.Sprintf("mode=0700,nr_blocks=%d,nr_inodes=%d", blocks, inodes)
	if err := syscall.Mount("tmpfs", aside, "tmpfs", syscall.MS_NOSUID|syscall.MS_NODEV, options); err != nil {
		return d, fmt.Errorf("tmpfs could not be mounted at %s: %v", aside, err)
	}
	// The places keep the file system; this one is only for making them.
	defer func() { _ = syscall.Unmount(aside, syscall.MNT_DETACH) }()
	for i, folder := range d.folders {
		part := filepath.Join(aside, fmt.Sprint(i))
		if err := os.Mkdir(part, 0o755); err != nil {
			return d, err
		}
		if folder != job {
			// Not by mkdir, whose mode the umask cuts.
			if err := syscall.Chmod(part, syscall.S_ISVTX|0o777); err != nil {
				return d, err
			}
		}
		if err := syscall.Mount(part, folder, "", syscall.MS_BIND, ""); err != nil {
			return d, fmt.Errorf("the disk could not be mounted at %s: %v", folder, err)
		}
		d.mounted = append(d.mounted, folder)
	}
	return d, nil
}

// footprint is the most that the request's own files take, in blocks and inodes.
func footprint(files []spec.File) (blocks, inodes uint64) {
	for _, file := range files {
		blocks += uint64(len(file.Content)+page-1) / page
		inodes += uint64(strings.Count(file.Path, "/")) + 1
	}
	return blocks, inodes
}

// close unmounts what was mounted. Nothing of the program may run any more.
func (d disk) close() {
	for _, folder := range d.mounted {
		_ = syscall.Unmount(folder, syscall.MNT_DETACH)
	}
}

// countable gives the folders whose file systems, when they are full later, are so by this execution: it has
// them for itself, or they are not full now.
func (d disk) countable() []string {
	var found []string
	for _, folder := range d.folders {
		if full, known := isFull(folder); known && (!full || len(d.mounted) > 0) {
			found = append(found, folder)
		}
	}
	return found
}

// anyFull tells whether one of the folders' file systems is full.
func anyFull(folders []string) bool {
	for _, folder := range folders {
		if full, _ := isFull(folder); full {
			return true
		}
	}
	return false
}

// isFull tells whether no block or no inode is left; not known where they are not counted.
func isFull(folder string) (full, known bool) {
	var s syscall.Statfs_t
	if syscall.Statfs(folder, &s) != nil || s.Blocks == 0 {
		return false, false
	}
	return s.Bavail == 0 || s.Files > 0 && s.Ffree == 0, true
}

// hasFileOf tells whether the user wrote a file of exactly this size since then. Where there are very many
// files not all are looked at, those of the program's own folder first.
func (d disk) hasFileOf(size uint64, uid int, since time.Time) bool {
	since = since.Add(-clockLag)
	deadline := time.Now().Add(searchTime)
	left := maxSearched
	for _, place := range d.folders {
		for queue := []string{place}; len(queue) > 0 && left > 0; queue = queue[1:] {
			for _, entry := range firstEntries(queue[0], left) {
				left--
				if time.Now().After(deadline) {
					return false
				}
				if entry.IsDir() {
					queue = append(queue, filepath.Join(queue[0], entry.Name()))
					continue
				}
				if info, err := entry.Info(); err == nil && info.Mode().IsRegular() {
					owner := info.Sys().(*syscall.Stat_t)
					if uint64(info.Size()) == size && int(owner.Uid) == uid && !info.ModTime().Before(since) {
						return true
					}
				}
			}
		}
	}
	return false
}

func firstEntries(folder string, most int) []os.DirEntry {
	opened, err := os.Open(folder)
	if err != nil {
		return nil
	}
	defer opened.Close()
	entries, _ := opened.ReadDir(most)
	return entries
}
