package sheet

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestReadRulesFile_NoRule(t *testing.T) {
	for name, content := range map[string]string{
		"heading.csv": "name,match,keywords,exclude,priority,reply,examples\n",
		"empty.yaml":  "rules: []\n",
		"empty.json":  `{"rules": []}`,
	} {
		path := filepath.Join(t.TempDir(), name)
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		if rules, err := ReadRulesFile(path); err == nil || !strings.Contains(err.Error(), "没有一条规则") {
			t.Errorf("%s: %d rules, error %v", name, len(rules), err)
		}
	}
}
