package worker

import (
	"log/slog"
	"testing"
	"time"

	"github.com/wenzheng/wenzheng/models"
)

// TestOriginalID_AnotherInstanceIsWritingIt: what was heard is kept for the next poll.
func TestOriginalID_AnotherInstanceIsWritingIt(t *testing.T) {
	t.Parallel()
	st := openStore(t, current.MariaDB(t), time.Now)
	const id = "gh_0123456789ab"
	account := addAccount(t, st, func(a *models.Account) { a.OriginalID = "" })
	other := &Leases{st, "other"}
	r := &reloader{o: Options{Store: st, Leases: &Leases{st, "this"}, Logger: slog.New(slog.DiscardHandler)}}
	r.ids.expect([]models.Account{account})
	r.ids.see(&models.Message{AppID: account.AppID, ToUserName: id, Delivery: models.Delivery{Encrypted: true}, ParseStatus: models.ParseOK})
	learn := func(want string) {
		t.Helper()
		r.learnOriginalIDs(t.Context())
		if got, err := st.Account(t.Context(), account.AppID); got.OriginalID != want || err != nil {
			t.Errorf("original id %q, error %v, want %q", got.OriginalID, err, want)
		}
	}
	if held, err := other.take(t.Context(), learningLease, time.Minute); !held || err != nil {
		t.Fatal(held, err)
	}
	learn("")
	other.release(t.Context(), learningLease)
	learn(id)
	if held, err := other.take(t.Context(), learningLease, time.Minute); !held || err != nil {
		t.Errorf("afterwards the lease is free: %v, error %v", held, err)
	}
}
