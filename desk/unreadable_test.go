package desk

import (
	"context"
	"testing"

	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/store"
	"github.com/wenzheng/wenzheng/store/storetest"
)

// One citizen's OpenID that can not be read leaves the program silent towards the others all the same.
func TestHolds_UnreadableCitizen(t *testing.T) {
	o := newOffice(t, current.SQLite(t))
	o.writes(zhang, "人工")
	o.writes("oOther", "人工")
	ctx := context.Background()
	err := o.store.Transact(ctx, func(tx *store.Tx) error {
		return tx.Exec(ctx, "UPDATE citizens SET openid = ? WHERE uid = ?", []byte("spoilt"), storetest.NewSealer(t).UID(o.account.AppID, "oOther"))
	})
	if err != nil {
		t.Fatal(err)
	}
	holds, err := o.Holds(ctx)
	if err != nil || len(holds[o.account.AppID].Holds) != 1 || holds[o.account.AppID].Holds[zhang] != models.HoldQueued {
		t.Errorf("%+v, %v", holds, err)
	}
}
