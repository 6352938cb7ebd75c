package reading

import (
	"strings"
	"testing"
)

// TestPattern_StepsDependOnNoClock: the two that stand nearest to the bound on either side are told
// apart on every machine, under the race detector too.
func TestPattern_StepsDependOnNoClock(t *testing.T) {
	for pattern, want := range map[string]bool{"(?:.{0,9}){9}x": true, "(?:.{0,10}){10}x": false} {
		for range 5 {
			if _, err := CompilePattern(pattern); (err == nil) != want {
				t.Errorf("%s: %v", pattern, err)
			}
		}
	}
}

func TestDangerousPatternsAreRefused(t *testing.T) {
	for _, p := range []string{"(?:a?){1000}b", "(?:.{0,30}){30}x", strings.Repeat("社", 129), "a{51}", ".*", "社?", "(?=a)", "a++"} {
		if _, err := CompilePattern(p); err == nil {
			t.Errorf("%q is accepted", p)
		}
	}
	for _, p := range []string{"公积金.*(提取|贷款)", `第[一二三]条`, `^\d{6,18}$`, "(?i)wifi"} {
		if _, err := CompilePattern(p); err != nil {
			t.Errorf("%q: %v", p, err)
		}
	}
}
