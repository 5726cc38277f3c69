package spec

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// Image is what the maker of the guest's root file system says about programs in it. Requests say it
// better where they say anything.
type Image struct {
	Env map[string]string `json:"env"`
	// WorkingDir is an absolute path, or empty.
	WorkingDir string `json:"working_dir"`
}

// LoadImage reads an image's file; most images have none.
func LoadImage(path string) (Image, error) {
	content, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return Image{}, nil
	}
	if err != nil {
		return Image{}, err
	}
	var i Image
	if err := json.Unmarshal(content, &i); err != nil {
		return Image{}, fmt.Errorf("%s does not describe an image: %w", path, err)
	}
	if i.WorkingDir != "" && !filepath.IsAbs(i.WorkingDir) {
		return Image{}, fmt.Errorf("%s has the working folder %q, which is not absolute", path, i.WorkingDir)
	}
	return i, nil
}
