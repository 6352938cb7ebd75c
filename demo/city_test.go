package demo

import (
	"bytes"
	"context"
	"path/filepath"
	"testing"
	"time"

	"github.com/wenzheng/wenzheng/auth"
	"github.com/wenzheng/wenzheng/bot"
	"github.com/wenzheng/wenzheng/indices"
	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/rulebook"
	"github.com/wenzheng/wenzheng/seal"
	"github.com/wenzheng/wenzheng/store"
	"github.com/wenzheng/wenzheng/store/storetest"
	"github.com/wenzheng/wenzheng/waits"
)

func newCity(t *testing.T) *City {
	t.Helper()
	sealer, err := seal.NewSealer(bytes.Repeat([]byte{'k'}, 32))
	if err != nil {
		t.Fatal(err)
	}
	s, err := store.Open(store.Options{
		Database: "sqlite:" + filepath.Join(storetest.Folder(t), "wenzheng.db"), Sealer: sealer, AuditMAC: sealer.AuditMAC,
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	if err := s.Migrate(context.Background()); err != nil {
		t.Fatal(err)
	}
	calendar, err := indices.NewCalendar()
	if err != nil {
		t.Fatal(err)
	}
	people := auth.New(s, auth.Options{Cost: auth.Cost{Memory: 8, Passes: 1}, Demo: true})
	return New(s, waits.New(s, nil), Options{Auth: people, Rulebook: rulebook.New(s, bot.Options{Calendar: calendar}), Calendar: calendar, Now: time.Now})
}

// TestSeed_HalfSeeded begins where an earlier start was killed.
func TestSeed_HalfSeeded(t *testing.T) {
	t.Parallel()
	c, who, ctx := newCity(t), models.CommandLine("tester"), context.Background()
	half := Accounts()[1].Account
	var err error
	if half.Token, half.AESKey, half.Secret, err = newSecrets(); err != nil {
		t.Fatal(err)
	}
	if err := c.store.CreateAccount(ctx, half, who); err != nil {
		t.Fatal(err)
	}
	versions := map[string]int64{}
	for range 2 {
		if err := c.Seed(ctx, who); err != nil {
			t.Fatal(err)
		}
		again, err := c.store.RulesStates(ctx)
		if err != nil {
			t.Fatal(err)
		}
		for _, a := range Accounts() {
			rules, stamp, err := c.store.PublishedRules(ctx, a.AppID)
			if err != nil || len(rules) < 20 {
				t.Errorf("%s has %d rules: %v", a.Name, len(rules), err)
			}
			if old, known := versions[a.AppID]; known && (old != stamp.Version || again[a.AppID].RulesStamp != stamp) {
				t.Errorf("%s: a second start publishes again", a.Name)
			}
			versions[a.AppID] = stamp.Version
		}
	}
	kept, err := c.store.Account(ctx, half.AppID)
	if err != nil || kept.Token != half.Token || kept.AESKey != half.AESKey {
		t.Errorf("the keys of the account changed: %v", err)
	}
}
