package worker

import (
	"testing"
	"time"

	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/store"
)

// TestReadRules_GoesOnWhereItEnded: what was read before an attempt ended is not read again,
// unless the rules changed.
func TestReadRules_GoesOnWhereItEnded(t *testing.T) {
	t.Parallel()
	st := openStore(t, "", time.Now)
	account := addAccount(t, st)
	publish(t, st, account.AppID, "社保卡", "居住证")
	states, err := st.RulesStates(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	all, _, err := st.PublishedRules(t.Context(), account.AppID)
	if err != nil {
		t.Fatal(err)
	}
	stamp := states[account.AppID].RulesStamp
	first := all[0]
	first.Name = "先前读到的"
	r := &reloader{o: Options{Store: st}, reading: map[string]*reading{account.AppID: {stamp: stamp, rules: []models.Rule{first}}}}
	rules, whole, err := r.readRules(t.Context(), account.AppID, stamp)
	if err != nil || !whole || len(rules) != len(all) || rules[0].Name != "先前读到的" || rules[1].Name != all[1].Name {
		t.Errorf("%d rules, whole %t, error %v", len(rules), whole, err)
	}
	r.reading[account.AppID] = &reading{stamp: store.RulesStamp{Version: 9}, rules: []models.Rule{first}}
	rules, whole, err = r.readRules(t.Context(), account.AppID, stamp)
	if err != nil || !whole || rules[0].Name != all[0].Name {
		t.Errorf("after a change: whole %t, error %v", whole, err)
	}
}
