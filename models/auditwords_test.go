package models_test

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/wenzheng/wenzheng/models"
)

// TestAuditTitle_EveryActionHasOne looks for actions in the sources of the rooms that audit.
func TestAuditTitle_EveryActionHasOne(t *testing.T) {
	files, err := filepath.Glob("../*/*.go")
	if err != nil {
		t.Fatal(err)
	}
	action := regexp.MustCompile(`"((?:account|audit|calendar|history|incident|log|pin|rules?|wait)\.[a-z_]+)"`)
	var found []string
	for _, file := range files {
		if room := filepath.Base(filepath.Dir(file)); strings.HasSuffix(file, "_test.go") || room == "models" || room == "config" {
			continue
		}
		b, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(string(b), "models.AuditEntry") && !strings.Contains(string(b), ".auditRule(") {
			continue
		}
		for _, m := range action.FindAllStringSubmatch(string(b), -1) {
			if models.AuditTitle(m[1]) == models.AuditTitle("") {
				t.Errorf("%s: %s has no title", file, m[1])
			}
			found = append(found, m[1])
		}
	}
	slices.Sort(found)
	if found = slices.Compact(found); len(found) < 25 {
		t.Errorf("only %d actions were found: %v", len(found), found)
	}
}

// TestAuditTitle_ActionsOfTheInterface: openapi.yaml names each action that has a title, and no others; the console has
// English words for every one of them, or does not compile.
func TestAuditTitle_ActionsOfTheInterface(t *testing.T) {
	words, err := os.ReadFile("auditwords.go")
	if err != nil {
		t.Fatal(err)
	}
	spec, err := os.ReadFile("../openapi.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var titled []string
	for _, m := range regexp.MustCompile(`"([a-z_]+\.[a-z_]+)":`).FindAllStringSubmatch(strings.ReplaceAll(string(words), "case ", ""), -1) {
		titled = append(titled, m[1])
	}
	slices.Sort(titled)
	list := regexp.MustCompile(`AuditAction:\n.*\n.*\n +enum: \[(.*)\]`).FindSubmatch(spec)
	if list == nil {
		t.Fatal("openapi.yaml names no actions")
	}
	if d := cmp.Diff(titled, strings.Split(string(list[1]), ", ")); d != "" {
		t.Errorf("titles (-) and openapi.yaml (+) differ:\n%s", d)
	}
}

func TestAuditEntry_Changes(t *testing.T) {
	e := models.AuditEntry{
		Before: `{"name":"江城政务","limits":{"first":180},"verified":true,"menu":null}`,
		After:  `{"name":"江城发布","limits":{"first":60,"last":7200},"verified":true}`,
	}
	want := []models.AuditChange{{"limits.first", "180", "60"}, {"limits.last", "", "7200"}, {"name", "江城政务", "江城发布"}}
	if diff := cmp.Diff(want, e.Changes()); diff != "" {
		t.Error(diff)
	}
	text := models.AuditEntry{Before: "on", After: "off"}
	if diff := cmp.Diff([]models.AuditChange{{"内容", "on", "off"}}, text.Changes()); diff != "" {
		t.Error(diff)
	}
}
