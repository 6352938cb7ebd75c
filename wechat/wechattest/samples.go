package wechattest

import (
	"os"
	"path/filepath"
	"testing"
)

// Samples are the files of a kind, "callbacks", "replies", "api" or "vectors", by name: our own, of the
// folder samples, which are the measure everywhere, and those that other projects wrote, which are
// tried as well where they lie in the folder shared/conformance beside the repository.
func Samples(t testing.TB, kind string) (own, others []string) {
	t.Helper()
	own = filesIn(t, filepath.Join(above(t, "go.mod"), "wechat", "wechattest", "samples", kind))
	if len(own) == 0 {
		t.Fatalf("there are no samples of the kind %s", kind)
	}
	if kind == "vectors" {
		if file, there := Beside(t, "conformance", "vectors.json"); there {
			others = []string{file}
		}
		return own, others
	}
	if folder, there := Beside(t, "conformance", kind); there {
		others = filesIn(t, folder)
	}
	return own, others
}

// Beside is the path of something in the folder shared beside the repository, which is no part of
// it, and whether there is such a folder. A test does its work without it first.
func Beside(t testing.TB, parts ...string) (path string, there bool) {
	t.Helper()
	folder := filepath.Join("shared", "design")
	root := above(t, folder)
	if root == "" {
		return "", false
	}
	return filepath.Join(append([]string{root, "shared"}, parts...)...), true
}

// above is the nearest folder, from the test's own upwards, in which something lies, or "".
func above(t testing.TB, name string) string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, name)); err == nil {
			return dir
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			return ""
		}
		dir = parent
	}
}

func filesIn(t testing.TB, folder string) []string {
	t.Helper()
	var files []string
	for _, ending := range []string{"*.json", "*.xml"} {
		found, err := filepath.Glob(filepath.Join(folder, ending))
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, found...)
	}
	return files
}
