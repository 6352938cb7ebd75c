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
