package main

import (
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/wenzheng/wenzheng/config"
	"github.com/wenzheng/wenzheng/models"
)

// What an account's wire lacks is told until the wire works, however well its rules are read.
func TestWireFault_IsClearedOnlyByAWireThatWorks(t *testing.T) {
	v := &service{settings: &config.Settings{}, now: time.Now, logger: slog.New(slog.DiscardHandler), registry: prometheus.NewRegistry()}
	a := newAccounts(v, "", nil, false)
	account := models.Account{
		AppID: "wx0123456789abcdef", Name: "江城政务", Kind: models.KindService, Mode: models.ModeSafe, Token: canaryToken, AESKey: "short",
	}
	told := func() bool { return strings.Contains(strings.Join(a.reasons(), "\n"), "收发") }
	a.takeAccounts([]models.Account{account})
	if !told() {
		t.Fatalf("reasons %q", a.reasons())
	}
	a.mended(account.AppID) // its rules were read in the same round
	if !told() {
		t.Error("rules that were read hide that the wire does not work")
	}
	account.AESKey = canaryAESKey()
	a.takeAccounts([]models.Account{account})
	if told() {
		t.Errorf("still told: %q", a.reasons())
	}
}

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
