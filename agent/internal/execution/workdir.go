package execution

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"

	"dev.cloude/agent/internal/spec"
)

// jobFolder is the same for every execution, so that what a program says about its own path does not
// differ from run to run.
const jobFolder = "job"

// workplace makes the folder in which a program runs.
type workplace struct {
	base string
	// mounts is whether disks with a limit are mounted.
	mounts bool
	// shared is a folder whose contents every job folder links to; none when empty.
	shared  string
	removed int
	disk    disk
}

// prepare makes a fresh job folder with the request's files, all owned by the program's user, and gives
// its absolute path. Nothing of that user runs at that time, so no link of its making can be in the way.
func (w *workplace) prepare(request spec.Spec, uid int) (string, error) {
	base, err := filepath.Abs(w.base)
	if err != nil {
		return "", err
	}
	if err := os.MkdirAll(base, 0o755); err != nil {
		return "", fmt.Errorf("The work folder %s could not be made: %v.", base, err)
	}
	dir := filepath.Join(base, jobFolder)
	if err := os.RemoveAll(dir); err != nil {
		return "", fmt.Errorf("The folder of an earlier execution could not be removed: %v.", err)
	}
	if err := os.Mkdir(dir, 0o755); err != nil {
		return "", fmt.Errorf("The folder %s could not be made: %v.", dir, err)
	}
	limit := request.DiskLimit
	if !w.mounts {
		limit = 0
	}
	if w.disk, err = openDisk(dir, filepath.Join(base, ".disk"), limit, request.Files); err != nil {
		return "", fmt.Errorf("The disk of %d bytes could not be made: %v.", limit, err)
	}
	for _, file := range request.Files {
		if err := place(dir, file, uid); err != nil {
			return "", fmt.Errorf("The file %s could not be written: %v.", file.Path, err)
		}
	}
	if err := w.link(dir); err != nil {
		return "", fmt.Errorf("The image's working folder could not be linked: %v.", err)
	}
	if err := os.Lchown(dir, uid, uid); err != nil {
		return "", fmt.Errorf("The folder %s could not be given to user %d: %v.", dir, uid, err)
	}
	return dir, nil
}

// link gives the job folder a link to each thing in the image's working folder, as if the program ran
// there. The request's own files come first.
func (w *workplace) link(dir string) error {
	if w.shared == "" {
		return nil
	}
	things, err := os.ReadDir(w.shared)
	if os.IsNotExist(err) {
		return nil
	}
	for _, thing := range things {
		err := os.Symlink(filepath.Join(w.shared, thing.Name()), filepath.Join(dir, thing.Name()))
		if err != nil && !os.IsExist(err) {
			return err
		}
	}
	return err
}

func place(dir string, file spec.File, uid int) error {
	for i, c := range file.Path {
		if c != '/' {
			continue
		}
		folder := filepath.Join(dir, file.Path[:i])
		if err := os.Mkdir(folder, 0o755); os.IsExist(err) {
			continue
		} else if err != nil {
			return err
		}
		if err := os.Lchown(folder, uid, uid); err != nil {
			return err
		}
	}
	path := filepath.Join(dir, file.Path)
	if err := os.WriteFile(path, file.Content, 0o644); err != nil {
		return err
	}
	return os.Lchown(path, uid, uid)
}

// setAside renames the job folder at once, unless it has a disk of its own, and gives what removes it for
// good, which may take long.
func (w *workplace) setAside() (remove func()) {
	base, err := filepath.Abs(w.base)
	if err != nil {
		return func() {}
	}
	dir := filepath.Join(base, jobFolder)
	w.removed++
	aside := filepath.Join(base, ".ended-"+strconv.Itoa(os.Getpid())+"-"+strconv.Itoa(w.removed))
	if os.Rename(dir, aside) != nil {
		aside = dir
	}
	mounted := w.disk
	w.disk = disk{}
	return func() {
		mounted.close()
		_ = os.RemoveAll(aside)
	}
}

// stdinFile gives the program's standard input: an unlinked file that belongs to its user, so that it
// can also be opened by the name /dev/stdin, or /dev/null when there is nothing to read.
func (w *workplace) stdinFile(content []byte, uid int) (*os.File, error) {
	if len(content) == 0 {
		return os.Open(os.DevNull)
	}
	path := filepath.Join(w.base, ".stdin")
	_ = os.Remove(path)
	if err := os.WriteFile(path, content, 0o400); err != nil {
		return nil, err
	}
	defer os.Remove(path)
	if err := os.Lchown(path, uid, uid); err != nil {
		return nil, err
	}
	return os.Open(path)
}
