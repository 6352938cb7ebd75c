package analytics

import (
	"testing"
	"time"

	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/store"
	"github.com/wenzheng/wenzheng/store/storetest"
	"github.com/wenzheng/wenzheng/waits"
)

// room is an Analytics on a fresh database, whose clock a test sets.
type room struct {
	*Analytics
	now time.Time
}

// current is an empty database with every step of the schema.
var current = storetest.Original{Open: func(t testing.TB, database string) (storetest.Store, error) {
	t.Helper()
	return store.Open(store.Options{Database: database, Sealer: storetest.NewSealer(t), AuditMAC: storetest.MAC})
}}

// newRoom returns a room on a fresh database that has the account AppA.
func newRoom(t *testing.T) *room {
	t.Helper()
	return newRoomOn(t, current.SQLite(t))
}

func newRoomOn(t *testing.T, database string) *room {
	t.Helper()
	r := &room{now: storetest.TestTime}
	now := func() time.Time { return r.now }
	s, err := store.Open(store.Options{Database: database, Sealer: storetest.NewSealer(t), AuditMAC: storetest.MAC, Now: now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	account := models.Account{
		AppID: storetest.AppA, Name: "江城政务", Kind: models.KindService, OriginalID: "gh_0123456789ab", Mode: models.ModePlain, Token: "token",
		Settings: []models.Setting{{Name: models.SettingOfficeHours, Value: models.DefaultOfficeHours}},
	}
	if err := s.CreateAccount(t.Context(), account, tester()); err != nil {
		t.Fatal(err)
	}
	r.Analytics = New(s, waits.New(s, nil), Options{Now: now})
	return r
}

func tester() models.Who { return models.CommandLine("tester") }

// ask stores a letter each of several citizens, under these keys, an hour apart and the last now.
func (r *room) ask(t *testing.T, keys ...string) {
	t.Helper()
	var rows []models.Interaction
	for i, key := range keys {
		rows = append(rows, storetest.LogRow("o"+key, "in", r.now.Add(time.Duration(i+1-len(keys))*time.Hour), key))
	}
	if err := r.waits.Record(t.Context(), rows); err != nil {
		t.Fatal(err)
	}
}
