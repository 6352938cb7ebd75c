package store

import (
	"context"
	"strings"
	"testing"
)

// TestExplain_MissingTableIsNoWrongPassword asks a database without tables, as /readyz does.
func TestExplain_MissingTableIsNoWrongPassword(t *testing.T) {
	for _, d := range dialects() {
		_, err := openStore(t, options(t, fresh(t, d))).Accounts(context.Background())
		if err == nil {
			t.Fatal("a table that is not there was read")
		}
		if text := Explain(err).Message; !strings.Contains(text, "wenzheng migrate up") || strings.Contains(text, "密码") {
			t.Errorf("%s: %v is told as %q", d, err, text)
		}
	}
}
