package rulebook

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/store"
)

// TestHits_CountedFromTheLog: rows of today, of long ago and those that come late count once; a table
// shows hits of thirty days, the last hit at all, and who never hit anything.
func TestHits_CountedFromTheLog(t *testing.T) {
	everywhere(t, func(t *testing.T, d *testBook) {
		d.t = t
		ctx := t.Context()
		d.bring(true, rule("社保", "社保", "甲"), rule("户口", "户口", "乙"), rule("护照", "护照", "丙"))
		table, _ := d.table(nil)
		if table.Rules[0].Hits30D != nil || table.Counts[OnlyNeverHit] != 0 {
			t.Errorf("nobody has counted: %+v", table.Rules[0])
		}
		id := make(map[string]int64)
		for _, r := range table.Rules {
			id[r.Name] = r.ID
		}
		n := 0
		hit := func(name string, ago time.Duration, change func(*models.Interaction)) {
			t.Helper()
			n++
			at := d.clock.Add(-ago)
			row := models.Interaction{
				AppID: d.account.AppID, OpenID: "oCitizen_000001", Channel: models.ChannelChat, Dir: models.DirIn, Actor: models.ActorCitizen,
				Kind: models.MsgTypeText, Content: name, At: at, ReceivedAt: at, MsgKey: models.DerivedKey("hit", fmt.Sprint(n)), OK: true,
				ParseStatus: models.ParseOK, RuleID: id[name], RuleName: name, Outcome: models.OutcomeAnswered,
			}
			if change != nil {
				change(&row)
			}
			if err := d.store.Append(ctx, []models.Interaction{row}, nil); err != nil {
				t.Fatal(err)
			}
		}
		const day = 24 * time.Hour
		look := func(want string) {
			t.Helper()
			if err := d.CountHits(d.t.Context()); err != nil {
				t.Fatal(err)
			}
			d.clock = d.clock.Add(countedFor)
			table, _ := d.table(func(q *TableRequest) { q.Sort = "hits" })
			var got []string
			for _, r := range table.Rules {
				last := "-"
				if r.LastHitAt != nil {
					last = r.LastHitAt.Format("01-02")
				}
				got = append(got, fmt.Sprintf("%s %d %s", r.Name, *r.Hits30D, last))
			}
			if text := strings.Join(got, ", "); text != want {
				t.Errorf("%s, want %s", text, want)
			}
			if differences, err := d.VerifyHits(d.t.Context()); err != nil || len(differences) > 0 {
				t.Errorf("differences %v, error %v", differences, err)
			}
		}
		hit("社保", time.Hour, nil)
		hit("社保", 29*day, nil)
		hit("社保", 31*day, nil)
		hit("户口", 40*day, nil)
		hit("护照", time.Hour, func(i *models.Interaction) { i.Probe = true })
		hit("护照", time.Hour, func(i *models.Interaction) { i.Dir, i.Actor = models.DirOut, models.ActorBot })
		look("社保 2 03-02, 户口 0 01-21, 护照 0 -")
		hit("户口", 3*day, nil) // comes late
		hit("户口", time.Minute, nil)
		hit("户口", time.Minute, nil)
		look("户口 3 03-02, 社保 2 03-02, 护照 0 -")
		look("户口 3 03-02, 社保 2 03-02, 护照 0 -")
		d.clock = d.clock.Add(31 * day)
		hit("社保", time.Hour, nil)
		look("社保 1 04-02, 户口 0 03-02, 护照 0 -")
		if table, names := d.table(func(q *TableRequest) { q.Only = OnlyNeverHit }); names != "户口 护照" || table.Counts[OnlyNeverHit] != 2 {
			t.Errorf("never hit: %s", names)
		}
		err := d.store.Transact(ctx, func(tx *store.Tx) error {
			return tx.Exec(ctx, "UPDATE rule_days SET hits = 9 WHERE day = 20260302 AND rule_id = ?", id["社保"])
		})
		if err != nil {
			t.Fatal(err)
		}
		if differences, err := d.VerifyHits(ctx); err != nil || len(differences) != 1 || !strings.Contains(differences[0], "应为 1 次，记为 9 次") {
			t.Errorf("differences %v, error %v", differences, err)
		}
	})
}
