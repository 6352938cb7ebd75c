package recent

import (
	"strconv"
	"testing"
)

func TestMap_ForgetsTheLeastRecentlyUsed(t *testing.T) {
	m := New(1<<20, func(s string) int64 { return int64(len(s)) })
	keep := func(string) bool { return true }
	name := func(n int) Citizen { return Citizen{"wx0123456789abcdef", strconv.Itoa(n)} }
	for n := range 20_000 {
		m.Update(name(n), func(old string) (string, bool) { return old + "value", true })
		if v, ok := m.Load(name(0), keep); !ok || v != "value" {
			t.Fatalf("after %d: %q, %v", n, v, ok)
		}
	}
	citizens, bytes := m.Size()
	if bytes > 1<<20 || bytes < 1<<19 || citizens > 10_000 || citizens < 3_000 {
		t.Errorf("%d citizens take %d bytes", citizens, bytes)
	}
	if _, ok := m.Load(name(1), keep); ok {
		t.Error("what was used first and never again is there")
	}
	m.Update(name(0), func(string) (string, bool) { return "other", false })
	if v, _ := m.Load(name(0), keep); v != "value" {
		t.Errorf("%q", v)
	}
	for n := range 20_000 {
		if _, ok := m.Load(name(n), func(string) bool { return false }); ok {
			t.Fatal("what is not to be kept is returned")
		}
	}
	if citizens, bytes := m.Size(); citizens != 0 || bytes != 0 {
		t.Errorf("%d bytes of %d citizens", bytes, citizens)
	}
}
