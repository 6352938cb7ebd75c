package main

import "testing"

func TestColumnsOfTheEnvironment(t *testing.T) {
	for v, want := range map[string]int{"80": 80, "0": usualColumns, "-3": usualColumns, "wide": usualColumns, "": usualColumns} {
		p := &program{environ: []string{"HOME=/", "COLUMNS=" + v}}
		if got := p.columns(); got != want {
			t.Errorf("COLUMNS=%s: %d", v, got)
		}
	}
}
