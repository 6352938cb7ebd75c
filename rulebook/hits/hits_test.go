package hits

import (
	"bytes"
	"fmt"
	"testing"
	"time"

	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/seal"
	"github.com/wenzheng/wenzheng/store"
	"github.com/wenzheng/wenzheng/store/storetest"
)

var now = time.Date(2026, 3, 2, 8, 30, 0, 0, time.UTC)

var current = storetest.Original{Open: func(t testing.TB, database string) (storetest.Store, error) {
	t.Helper()
	return openStore(database)
}}

func openStore(database string) (*store.Store, error) {
	sealer, err := seal.NewSealer(bytes.Repeat([]byte{'k'}, 32))
	if err != nil {
		return nil, err
	}
	return store.Open(store.Options{Database: database, Sealer: sealer, AuditMAC: sealer.AuditMAC, Now: func() time.Time { return now }})
}

// TestUpdate_MoreThanAChunkAtOnce: rows that are stored within the minutes that are looked at again are
// all counted, however many chunks they are.
func TestUpdate_MoreThanAChunkAtOnce(t *testing.T) {
	s, err := openStore(current.SQLite(t))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	const appID, rows = "wx0123456789abcdef", 7
	for i := range rows { // a day each
		at := now.AddDate(0, 0, i-rows)
		err := s.Append(t.Context(), []models.Interaction{{
			AppID: appID, OpenID: "oCitizen_000001", Channel: models.ChannelChat, Dir: models.DirIn, Actor: models.ActorCitizen,
			Kind: models.MsgTypeText, Content: "社保", At: at, ReceivedAt: at, MsgKey: models.DerivedKey("hit", fmt.Sprint(i)), OK: true,
			ParseStatus: models.ParseOK, RuleID: 1, RuleName: "社保", Outcome: models.OutcomeAnswered,
		}}, nil)
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := updateBy(t.Context(), s, 3); err != nil {
		t.Fatal(err)
	}
	counts, err := Of(t.Context(), s, appID, 30)
	if err != nil || counts[1].Hits != rows {
		t.Errorf("%d hits of %d, error %v", counts[1].Hits, rows, err)
	}
}
