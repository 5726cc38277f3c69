package spec

import (
	"errors"
	"fmt"
	"sort"
	"strings"
)

// checkFiles refuses every path that could lead outside the work folder, and every set of paths that
// cannot exist together.
func checkFiles(wire []wireFile) ([]File, error) {
	if len(wire) > maxFiles {
		return nil, fmt.Errorf(`"files" has %d entries; at most %d are allowed.`, len(wire), maxFiles)
	}
	files := make([]File, 0, len(wire))
	seen := make(map[string]bool, len(wire))
	for _, f := range wire {
		if err := CheckPath(f.Path); err != nil {
			return nil, err
		}
		if f.Content == nil {
			return nil, fmt.Errorf(`The file %q has no "content_base64".`, f.Path)
		}
		if seen[f.Path] {
			return nil, fmt.Errorf("The file %q is given twice.", f.Path)
		}
		seen[f.Path] = true
		files = append(files, File{Path: f.Path, Content: *f.Content})
	}
	for _, f := range files {
		for i, c := range f.Path {
			if c == '/' && seen[f.Path[:i]] {
				return nil, fmt.Errorf("%q is both a file and the folder of %q.", f.Path[:i], f.Path)
			}
		}
	}
	return files, nil
}

// CheckPath accepts a relative path of plain names: no empty name, no "." or "..", no NUL.
func CheckPath(path string) error {
	if path == "" {
		return errors.New("A file has no path.")
	}
	if len(path) > maxPath {
		return fmt.Errorf("A file's path has %d bytes; at most %d are allowed.", len(path), maxPath)
	}
	if strings.IndexByte(path, 0) >= 0 {
		return fmt.Errorf("The path %q has a NUL in it.", path)
	}
	for _, name := range strings.Split(path, "/") {
		if name == "" || name == "." || name == ".." {
			return fmt.Errorf("The path %q must be relative and made of plain names.", path)
		}
		if len(name) > maxFileName {
			return fmt.Errorf("The path %q has a name of more than %d bytes.", path, maxFileName)
		}
	}
	return nil
}

// checkStrings refuses what execve could not pass on.
func checkStrings(field string, list []string) error {
	if len(list) > maxListEntries {
		return fmt.Errorf("%q has %d entries; at most %d are allowed.", field, len(list), maxListEntries)
	}
	for _, s := range list {
		if strings.IndexByte(s, 0) >= 0 {
			return fmt.Errorf("%q has a NUL in %q.", field, s)
		}
	}
	return nil
}

// checkEnv gives the environment as execve wants it, sorted so that the same request always gives the
// program the same environment.
func checkEnv(env map[string]string) ([]string, error) {
	if len(env) > maxListEntries {
		return nil, fmt.Errorf(`"env" has %d entries; at most %d are allowed.`, len(env), maxListEntries)
	}
	list := make([]string, 0, len(env))
	for name, value := range env {
		if name == "" || strings.ContainsAny(name, "=\x00") {
			return nil, fmt.Errorf(`"env" has the name %q; a name is not empty and has no "=" and no NUL.`, name)
		}
		if strings.IndexByte(value, 0) >= 0 {
			return nil, fmt.Errorf(`"env" has a NUL in the value of %q.`, name)
		}
		list = append(list, name+"="+value)
	}
	sort.Strings(list)
	return list, nil
}
