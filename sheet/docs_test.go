package sheet

import (
	"os"
	"regexp"
	"strings"
	"testing"
)

// TestDocumentation reads every example of docs/rules.md, rules and the menu, and finds every key and column
// there.
func TestDocumentation(t *testing.T) {
	data, err := os.ReadFile("../docs/rules.md")
	if err != nil {
		t.Fatal(err)
	}
	text := string(data)
	examples := regexp.MustCompile("(?s)```(yaml|json|csv)\n(.*?)```").FindAllStringSubmatch(text, -1)
	if len(examples) < 15 {
		t.Fatalf("%d examples", len(examples))
	}
	used := ""
	for _, e := range examples {
		if strings.HasPrefix(e[2], "buttons:") {
			if _, err := ReadMenu("rules.md", strings.NewReader(e[2])); err != nil {
				t.Errorf("%v in\n%s", err, e[2])
			}
			continue
		}
		rules, err := ReadRules("rules.md", strings.NewReader(e[2]), Format(e[1]))
		if err != nil || len(rules) == 0 {
			t.Errorf("%v in\n%s", err, e[2])
		}
		used += e[2]
	}
	for _, c := range columns() {
		if !strings.Contains(text, "`"+c.name+"`（"+c.title+"）") {
			t.Errorf("column %s（%s） is not documented", c.name, c.title)
		}
		key := c.name[strings.LastIndex(c.name, ".")+1:]
		if !strings.Contains(used, key) {
			t.Errorf("no example shows %s", key)
		}
	}
}
