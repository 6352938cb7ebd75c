package main

import (
	"bytes"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const (
	module       = "github.com/wenzheng/wenzheng"
	maxFileLines = 300
	maxRoomLines = 6000
)

// room is a line of the table of rooms.
type room struct {
	floor   int
	imports []string // other rooms
}

// rooms reads the table of docs/architecture.md. cmd/... may import all.
func rooms(t *testing.T) map[string]room {
	t.Helper()
	page, err := os.ReadFile(filepath.Join("..", "..", "docs", "architecture.md"))
	if err != nil {
		t.Fatal(err)
	}
	names := regexp.MustCompile("`([^`]+)`")
	table := map[string]room{}
	for line := range strings.Lines(string(page)) {
		cells := strings.Split(line, "|")
		if len(cells) != 8 {
			continue
		}
		floor, err := strconv.Atoi(strings.TrimSpace(cells[1]))
		if err != nil {
			continue
		}
		r := room{floor: floor}
		for _, name := range names.FindAllStringSubmatch(cells[4], -1) {
			r.imports = append(r.imports, name[1])
		}
		table[strings.Trim(cells[2], " `")] = r
	}
	if len(table) < 20 {
		t.Fatalf("the table of rooms has only %d lines", len(table))
	}
	return table
}

// testRooms may be imported by the tests of any room: the stand-in for WeChat, the
// databases that tests run on and their keys, the callbacks and samples, and the pure measure.
var testRooms = []string{"simulator", "simulator/platform", "store/storetest", "wechat/wechattest", "indices", "seal", "bot", "wechat"}

// keepers are the only rooms (and what lies below them) that may import a library. The
// longest matching prefix decides.
var keepers = map[string][]string{
	"github.com/silenceper/wechat": {"wechat"},
	"github.com/gin-gonic":         {"handler"},
	"gorm.io":                      {"store"},
	"github.com/glebarez":          {"store"},
	"modernc.org":                  {"store"},
	"database/sql":                 {"store", "waits", "auth", "rulebook", "outbox", "accounts", "desk", "desk/kf", "desk/cases", "desk/messages", "analytics"},
	"github.com/pressly/goose":     {"store"},
	// config parses the DSN, so that a faulty one refuses to start; it connects to nothing.
	"github.com/go-sql-driver/mysql": {"store", "config"},
	"github.com/xuri/excelize":       {"sheet"},
	// config reads wenzheng.yaml with the line of every mistake.
	"go.yaml.in/yaml/v3":             {"sheet", "config"},
	"go.etcd.io/bbolt":               {"journal"},
	"github.com/alecthomas/kong":     {"cmd"},
	"github.com/knadh/koanf":         {"config"},
	"github.com/longbridgeapp":       {"bot/reading", "topics"},
	"github.com/go-ego/gse":          {"bot/reading", "topics"},
	"github.com/mozillazg/go-pinyin": {"bot/reading", "models"},
	"golang.org/x/crypto/argon2":     {"auth"},
	"github.com/trustelem/zxcvbn":    {"auth"},
	"github.com/pquerna/otp":         {"auth"},
	"github.com/boombuler/barcode":   {"auth"},
}

// nothings are names that say nothing.
var nothings = []string{"util", "utils", "common", "helper", "helpers", "service", "services", "manager", "managers", "misc", "base", "lib"}

// source is one parsed Go file of the repository.
type source struct {
	file    string // slash-separated, below the root
	room    string // its folder
	name    string // of the package
	test    bool
	lines   int
	imports []string
}

// TestRoomsImportOnlyWhatTheTableAllows holds the table of rooms.
func TestRoomsImportOnlyWhatTheTableAllows(t *testing.T) {
	table := rooms(t)
	for _, s := range repository(t) {
		if strings.HasPrefix(s.room, "cmd/") {
			continue
		}
		line, known := table[s.room]
		allowed := line.imports
		if !known {
			t.Errorf("%s: %q is no room of the house: add it to the table of docs/architecture.md", s.file, s.room)
			continue
		}
		for _, imported := range s.imports {
			other, ours := strings.CutPrefix(imported, module+"/")
			if !ours || other == s.room || slices.Contains(allowed, other) {
				continue
			}
			if s.test && slices.Contains(testRooms, other) {
				continue
			}
			t.Errorf("%s: room %s must not import %s", s.file, s.room, other)
		}
	}
}

// TestTable_ImportsGoDown holds the table itself: no arrow up, and between rooms of one floor
// none that is part of a circle, which Go refuses.
func TestTable_ImportsGoDown(t *testing.T) {
	table := rooms(t)
	for name, r := range table {
		for _, other := range r.imports {
			below, known := table[other]
			if !known || below.floor > r.floor {
				t.Errorf("%s (floor %d) may import %s: known %v, floor %d", name, r.floor, other, known, below.floor)
			}
		}
	}
}

// TestTestRoomsAreForTests keeps the databases and the bad callbacks out of the program.
func TestTestRoomsAreForTests(t *testing.T) {
	for _, s := range repository(t) {
		for _, room := range []string{"store/storetest", "wechat/wechattest"} {
			if !s.test && slices.Contains(s.imports, module+"/"+room) {
				t.Errorf("%s: only tests may import %s", s.file, room)
			}
		}
	}
}

// TestLibrariesHaveOneKeeper holds the second half of the table: who may import what.
func TestLibrariesHaveOneKeeper(t *testing.T) {
	used := map[string]bool{}
	for _, s := range repository(t) {
		for _, imported := range s.imports {
			library := keptLibrary(imported)
			if library == "" {
				continue
			}
			used[library] = true
			if !s.test && !slices.ContainsFunc(keepers[library], func(k string) bool { return within(s.room, k) }) {
				t.Errorf("%s: only %s may import %s", s.file, strings.Join(keepers[library], ", "), imported)
			}
		}
	}
	for _, library := range []string{"github.com/silenceper/wechat", "github.com/gin-gonic", "gorm.io"} {
		if !used[library] {
			t.Errorf("nothing imports %s: the table is stale or the parser blind", library)
		}
	}
}

// TestFilesAreShortAndNamesMeanSomething holds the shape of the sources.
func TestFilesAreShortAndNamesMeanSomething(t *testing.T) {
	for _, s := range repository(t) {
		if !s.test && s.lines > maxFileLines {
			t.Errorf("%s: %d lines, at most %d: split it by subject", s.file, s.lines, maxFileLines)
		}
		if slices.Contains(nothings, strings.TrimSuffix(s.name, "_test")) || slices.Contains(nothings, path.Base(s.room)) {
			t.Errorf("%s: package %s in %s says nothing: name it after what it holds", s.file, s.name, s.room)
		}
	}
}

// TestRooms_AreNotTooBig counts every line of a room's Go sources, blank ones and comments too, but
// not its tests, what it embeds, and the rooms in folders below it.
func TestRooms_AreNotTooBig(t *testing.T) {
	lines := map[string]int{}
	for _, s := range repository(t) {
		if !s.test {
			lines[s.room] += s.lines
		}
	}
	for room, n := range lines {
		if n > maxRoomLines {
			t.Errorf("room %s has %d lines, at most %d: find the subject that stands on its own", room, n, maxRoomLines)
		}
	}
}

// TestDependenciesAreExplained holds docs/dependencies.md to the direct dependencies of
// go.mod, versions included; it may explain those of the benchmarks' own module too.
func TestDependenciesAreExplained(t *testing.T) {
	mod, err := os.ReadFile(filepath.Join("..", "..", "go.mod"))
	if err != nil {
		t.Fatal(err)
	}
	page, err := os.ReadFile(filepath.Join("..", "..", "docs", "dependencies.md"))
	if err != nil {
		t.Fatal(err)
	}
	direct := directRequirements(string(mod))
	if len(direct) == 0 {
		t.Fatal("go.mod names no direct dependency: run go mod tidy")
	}
	for _, d := range direct {
		if !strings.Contains(string(page), "| "+d.path+" | "+d.version+" |") {
			t.Errorf("docs/dependencies.md has no line for %s %s: say what for and why this one", d.path, d.version)
		}
	}
	mod, err = os.ReadFile(filepath.Join("..", "..", "bench", "go.mod"))
	if err != nil {
		t.Fatal(err)
	}
	direct = append(direct, directRequirements(string(mod))...)
	for line := range strings.Lines(string(page)) {
		cells := strings.Split(line, " | ")
		if len(cells) < 3 || !strings.HasPrefix(cells[1], "v") || cells[1] == "version" {
			continue
		}
		if d := (requirement{strings.TrimPrefix(cells[0], "| "), cells[1]}); !slices.Contains(direct, d) {
			t.Errorf("docs/dependencies.md explains %s %s, which no go.mod requires directly", d.path, d.version)
		}
	}
}

type requirement struct{ path, version string }

// directRequirements are the modules of go.mod not marked as indirect.
func directRequirements(mod string) []requirement {
	var direct []requirement
	inside := false
	for line := range strings.Lines(mod) {
		line = strings.TrimSpace(line)
		single, isSingle := strings.CutPrefix(line, "require ")
		switch {
		case line == "require (":
			inside = true
			continue
		case line == ")":
			inside = false
		case isSingle:
			line = single
		}
		fields := strings.Fields(line)
		if (inside || isSingle) && len(fields) >= 2 && !strings.Contains(line, "// indirect") {
			direct = append(direct, requirement{fields[0], fields[1]})
		}
	}
	return direct
}

// TestEveryRoomIsThere turns red when the table names a room that does not exist.
func TestEveryRoomIsThere(t *testing.T) {
	seen := map[string]bool{}
	for _, s := range repository(t) {
		seen[s.room] = true
	}
	for room := range rooms(t) {
		if !seen[room] {
			t.Errorf("room %s of the table holds no Go file", room)
		}
	}
}

// TestEveryRoomGoesIntoTheImage holds .dockerignore, which names what the image is built from,
// to the table.
func TestEveryRoomGoesIntoTheImage(t *testing.T) {
	sent, err := os.ReadFile(filepath.Join("..", "..", ".dockerignore"))
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(string(sent), "\n")
	for room := range rooms(t) {
		folder, _, _ := strings.Cut(room, "/")
		if folder != "." && !slices.Contains(lines, "!"+folder) {
			t.Errorf(".dockerignore keeps room %s out of the image", room)
		}
	}
}

// unread are folders without Go sources of this module.
var unread = []string{"bench", "tools", "testdata", "node_modules", "bin"}

// keptLibrary is the longest key of keepers that imported lies in, or "".
func keptLibrary(imported string) string {
	longest := ""
	for library := range keepers {
		if within(imported, library) && len(library) > len(longest) {
			longest = library
		}
	}
	return longest
}

// within reports whether p is folder or lies below it.
func within(p, folder string) bool { return p == folder || strings.HasPrefix(p, folder+"/") }

// repository parses the imports of every Go file of the module, tools and fixtures apart.
func repository(t *testing.T) []source {
	t.Helper()
	root := filepath.Join("..", "..")
	var all []source
	err := filepath.WalkDir(root, func(file string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name := d.Name()
		if d.IsDir() {
			if file != root && (strings.HasPrefix(name, ".") || slices.Contains(unread, name)) {
				return filepath.SkipDir
			}
			return nil
		}
		if filepath.Ext(name) != ".go" {
			return nil
		}
		s, err := parse(root, file)
		all = append(all, s)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(all) < 100 {
		t.Fatalf("found only %d Go files", len(all))
	}
	return all
}

func parse(root, file string) (source, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return source{}, err
	}
	tree, err := parser.ParseFile(token.NewFileSet(), file, text, parser.ImportsOnly)
	if err != nil {
		return source{}, err
	}
	below, err := filepath.Rel(root, file)
	if err != nil {
		return source{}, err
	}
	below = filepath.ToSlash(below)
	s := source{
		file: below, room: path.Dir(below), name: tree.Name.Name,
		// The rooms that only tests use count as tests.
		test:  strings.HasSuffix(below, "_test.go") || within(path.Dir(below), "store/storetest"),
		lines: bytes.Count(text, []byte("\n")),
	}
	for _, i := range tree.Imports {
		s.imports = append(s.imports, importPath(i))
	}
	return s, nil
}

func importPath(i *ast.ImportSpec) string { return strings.Trim(i.Path.Value, "\"`") }
