package accounts

import (
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/wenzheng/wenzheng/models"
)

// TestSay_CodesOfTheInterface: openapi.yaml names each code by which a line can be said in another language, and no
// others; the console has words for every one of them, or does not compile.
func TestSay_CodesOfTheInterface(t *testing.T) {
	spec, err := os.ReadFile("../openapi.yaml")
	if err != nil {
		t.Fatal(err)
	}
	enum := func(schema string) []string {
		found := regexp.MustCompile(`(?s)    ` + schema + `:.*?enum: \[(.*?)\]`).FindSubmatch(spec)
		if found == nil {
			t.Fatalf("no %s", schema)
		}
		return slices.Sorted(slices.Values(strings.Split(string(found[1]), ", ")))
	}
	codes := map[string]bool{`""`: true}
	for _, file := range []string{"check.go", "platform.go", "advice.go", "progress.go"} {
		source, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, call := range regexp.MustCompile(`\b(?:Say|told|tell)\("([a-z_]+)"`).FindAllSubmatch(source, -1) {
			codes[string(call[1])] = true
		}
	}
	if d := cmp.Diff(sortedKeys(codes), enum("CheckCode")); d != "" {
		t.Errorf("codes of lines (-) and openapi.yaml (+) differ:\n%s", d)
	}
	if d := cmp.Diff(sortedKeys(checkItems), enum("CheckItem")); d != "" {
		t.Errorf("items (-) and openapi.yaml (+) differ:\n%s", d)
	}
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

func TestLine_PartsWhatIsFromWhatToDo(t *testing.T) {
	if line := fail("right", models.Say("right_lost", "没有了：请核对", "right", "menu")); line.Item != "接口权限 自定义菜单" || line.Found != "没有了" || line.Fix != "请核对" {
		t.Errorf("%+v", line)
	}
}
