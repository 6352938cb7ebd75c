package config

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func page(t *testing.T, path string) string {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// tableOfSettings reads the rows of a page's table of settings: name to default as printed.
// A row may describe several settings that belong together.
func tableOfSettings(t *testing.T, path, title string) map[string]string {
	t.Helper()
	_, section, _ := strings.Cut(page(t, path), "\n## "+title+"\n")
	section, _, _ = strings.Cut(section, "\n## ")
	code := regexp.MustCompile("`([^`]*)`")
	table := map[string]string{}
	for line := range strings.Lines(section) {
		cells := strings.Split(line, " | ")
		if len(cells) < 3 || !strings.HasPrefix(line, "| `") {
			continue
		}
		names, defaults := code.FindAllStringSubmatch(cells[0], -1), code.FindAllStringSubmatch(cells[1], -1)
		for i, name := range names {
			printed := cells[1]
			if len(defaults) == len(names) {
				printed = defaults[i][1]
			}
			if _, twice := table[name[1]]; twice {
				t.Errorf("%s describes %s twice", path, name[1])
			}
			table[name[1]] = printed
		}
	}
	return table
}

// inWords are the defaults that the pages say in words.
func inWords(k key) []string {
	switch {
	case k.name == "database":
		return []string{"wenzheng.db", "数据目录下的 SQLite", "SQLite in the data folder"}
	case k.name == "wechat.egress":
		return []string{"微信的三个主机"}
	case k.name == "alarm.egress":
		return []string{"两个机器人的主机"}
	case k.initial == "":
		return []string{"空", "无", "none"}
	default:
		return []string{k.initial}
	}
}

// TestPagesDescribeTheSettings holds the pages to the program: operations.md has every
// setting, the READMEs a choice of them, none has one that does not exist, and the defaults
// are those that count.
func TestPagesDescribeTheSettings(t *testing.T) {
	for path, title := range map[string]string{"../docs/operations.md": "设置", "../README.md": "设置", "../README.en.md": "Settings"} {
		table, complete := tableOfSettings(t, path, title), strings.HasSuffix(path, "operations.md")
		if len(table) < 9 {
			t.Errorf("%s: only %d settings were found", path, len(table))
		}
		for _, k := range bind(&Settings{}) {
			printed, there := table[k.name]
			if !there && complete {
				t.Errorf("%s lacks %s", path, k.name)
			}
			if there && !slices.Contains(inWords(k), printed) {
				t.Errorf("%s: the default of %s is printed as %q, is %q", path, k.name, printed, k.initial)
			}
			delete(table, k.name)
		}
		for name := range table {
			t.Errorf("%s describes %s, which does not exist", path, name)
		}
	}
}

// TestExampleFileIsTheDefaults: deploy/wenzheng.example.yaml loads as it is and with every
// line uncommented, changes nothing either way, and has every setting that is no secret of
// its own file.
func TestExampleFileIsTheDefaults(t *testing.T) {
	const path = "../deploy/wenzheng.example.yaml"
	example := page(t, path)
	t.Chdir(t.TempDir())
	plain := load(t, Options{}).String()
	if d := cmp.Diff(plain, load(t, Options{Path: write(t, "w.yaml", example, 0o644)}).String()); d != "" {
		t.Error(d)
	}
	uncommented := regexp.MustCompile(`(?m)^#( *(?:[a-z_]+:(?: |$)|- ))`).ReplaceAllString(example, "$1")
	s := load(t, Options{Path: write(t, "w.yaml", uncommented, 0o644)})
	if d := cmp.Diff(plain, s.String()); d != "" {
		t.Errorf("with every line uncommented:\n%s", d)
	}
	for _, k := range bind(&Settings{}) {
		if !strings.Contains(s.Origin(k.name), "w.yaml") && !slices.Contains([]string{"database", "secret_key", "previous_secret_key"}, k.name) {
			t.Errorf("%s has no line for %s", path, k.name)
		}
	}
}
