package worker

import (
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/wenzheng/wenzheng/indices"
	"github.com/wenzheng/wenzheng/models"
)

// What an account's wire lacks is told until the wire works, however well its rules are read.
func TestWireFault_IsClearedOnlyByAWireThatWorks(t *testing.T) {
	calendar, err := indices.NewLiveCalendar()
	if err != nil {
		t.Fatal(err)
	}
	r := newReloader(Options{Calendar: calendar, Now: time.Now, Logger: slog.New(slog.DiscardHandler), Registerer: prometheus.NewRegistry()})
	account := testAccount()
	account.AESKey = "short"
	told := func() bool { return strings.Contains(strings.Join(models.ReasonTexts(r.reasons()), "\n"), "收发") }
	r.takeAccounts([]models.Account{account})
	if !told() {
		t.Fatalf("reasons %q", r.reasons())
	}
	r.mended(account.AppID) // its rules were read in the same round
	if !told() {
		t.Error("rules that were read hide that the wire does not work")
	}
	account = testAccount()
	r.takeAccounts([]models.Account{account})
	if told() {
		t.Errorf("still told: %q", r.reasons())
	}
}
