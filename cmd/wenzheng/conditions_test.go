package main

import (
	"strings"
	"testing"
)

// While stored figures are counted anew they are shown as such, in every form, and not ranked.
func TestIndices_SayThatTheyAreCountedAnew(t *testing.T) {
	t.Parallel()
	o := toy(t, "")
	o.damage("INSERT INTO remeasure (app_id, version, done, total) VALUES ('', 1, 45, 100)")
	r := o.indices(toyAsOf...)
	if done := look(t, r, "accounts.0.remeasuring.done"); done != 45. {
		t.Errorf("done %v", done)
	}
	for _, format := range []string{"table", "csv"} {
		out := o.must(append([]string{"indices", "--format", format}, toyAsOf...)...)
		if !strings.Contains(out, "重算中 45%") || !strings.Contains(out, "wenzheng-2") {
			t.Errorf("%s:\n%s", format, out)
		}
	}
	if said := o.run("log", "verify"); !strings.Contains(said.stderr, "还在重算") {
		t.Errorf("%+v", said)
	}
	if got := o.must("log", "remeasure"); !strings.Contains(got, "已按现在的公式") {
		t.Errorf("remeasure: %s", got)
	}
	if got := o.must("log", "remeasure"); !strings.Contains(got, "没有要重算的") {
		t.Errorf("remeasure again: %s", got)
	}
	if said := o.run("log", "verify"); said.stderr != "" {
		t.Errorf("%+v", said)
	}
}
