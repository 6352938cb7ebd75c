package store

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/seal"
	"github.com/wenzheng/wenzheng/store/storetest"
)

func TestRecordRoundTrip(t *testing.T) {
	everywhere(t, func(t *testing.T, s *Store) {
		in, out := inbound(1), outbound(1, true)
		in.Thread, in.Staff, in.ErrCode, in.Probe, in.MenuClick = "case-9", "张三", -1, true, true
		in.Warnings = []string{"Location_X: abc"}
		record(t, s, in, out)
		got := logged(t, s, Filter{})
		if len(got) != 2 {
			t.Fatalf("got %d rows, want 2", len(got))
		}
		in.UID = s.opt.Sealer.UID(appA, in.OpenID)
		out.UID = in.UID
		ignore := cmpopts.IgnoreFields(models.Interaction{}, "ID", "OpenID", "Raw", "Deliveries")
		if diff := cmp.Diff([]models.Interaction{in, out}, got, ignore); diff != "" {
			t.Errorf("rows differ (-want +got):\n%s", diff)
		}
		if got[0].ID == 0 || got[0].ID == got[1].ID {
			t.Errorf("ids %d and %d", got[0].ID, got[1].ID)
		}
		if diff := cmp.Diff(in.Deliveries, deliveries(t, s, in.MsgKey)); diff != "" {
			t.Errorf("deliveries differ (-want +got):\n%s", diff)
		}
		local := number(t, s, "SELECT local_day * 100000 + local_hour * 1000 + weekday FROM interactions WHERE dir = 'in'")
		if want := int64(20260302*100000 + 16*1000 + 1); local != want {
			t.Errorf("local time %d, want %d", local, want)
		}
		if m := number(t, s, "SELECT local_minute FROM interactions WHERE dir = 'in'"); m != 16*60+30 {
			t.Errorf("minute of the day %d, want %d", m, 16*60+30)
		}
	})
}

func TestRecordIsIdempotent(t *testing.T) {
	everywhere(t, func(t *testing.T, s *Store) {
		batch := batchOf(0, 120)
		for range 3 {
			record(t, s, batch...)
		}
		record(t, s, append(batchOf(100, 40), batchOf(0, 5)...)...)
		for query, want := range map[string]int64{
			"SELECT COUNT(*) FROM interactions":                  280,
			"SELECT COUNT(DISTINCT event_key) FROM interactions": 280,
			"SELECT COUNT(*) FROM deliveries":                    140,
			"SELECT COUNT(*) FROM citizens":                      50,
			"SELECT SUM(retry_count) FROM interactions":          0,
		} {
			if got := number(t, s, query); got != want {
				t.Errorf("%s: %d, want %d", query, got, want)
			}
		}
	})
}

// A key counts per account: an import may number the rows of every account from one.
func TestKeysArePerAccountAndExact(t *testing.T) {
	everywhere(t, func(t *testing.T, s *Store) {
		var batch []models.Interaction
		for _, v := range [][2]string{{appA, "m1"}, {appB, "m1"}, {appA, "M1"}, {appA, "m1 "}, {appA, "消息1"}, {appA, strings.Repeat("m", 300)}, {appA, ""}} {
			i := inbound(1)
			i.AppID, i.MsgKey, i.Deliveries = v[0], v[1], nil
			batch = append(batch, i)
		}
		for range 2 {
			record(t, s, batch...)
		}
		if n := number(t, s, "SELECT COUNT(*) FROM interactions"); n != 7 {
			t.Errorf("%d rows, want 7", n)
		}
	})
}

func TestRedeliveriesAreCounted(t *testing.T) {
	everywhere(t, func(t *testing.T, s *Store) {
		i := inbound(1)
		i.Deliveries = append(i.Deliveries, storetest.Delivery("spool-1", 2, testTime))
		record(t, s, i)
		again := inbound(1)
		again.Amend = true
		again.Deliveries = []models.Delivery{storetest.Delivery("spool-1", 2, testTime), storetest.Delivery("spool-1", 3, testTime), storetest.Delivery("spool-2", 1, testTime)}
		record(t, s, again)
		record(t, s, again)
		direct := inbound(1)
		direct.Deliveries = []models.Delivery{storetest.Delivery("", 9, testTime)}
		record(t, s, direct, direct)
		record(t, s, direct)
		if n := number(t, s, "SELECT retry_count FROM interactions"); n != 4 {
			t.Errorf("retry_count %d, want 4", n)
		}
		if n := number(t, s, "SELECT COUNT(*) FROM deliveries"); n != 5 {
			t.Errorf("%d deliveries, want 5", n)
		}
	})
}

func TestLateAnswerCompletesItsQuestion(t *testing.T) {
	everywhere(t, func(t *testing.T, s *Store) {
		i := inbound(1)
		i.Outcome, i.RuleID, i.RuleName, i.Latency, i.Topic, i.RulesVersion, i.Corrected = models.OutcomeUnknown, 0, "", 0, "", 0, ""
		record(t, s, i)
		late := inbound(1)
		late.Amend, late.RetryCount, late.Deliveries = true, 2, nil
		record(t, s, late)
		later := late
		later.Outcome, later.RuleID = models.OutcomeFault, 99
		record(t, s, later)
		got := logged(t, s, Filter{})[0]
		want := inbound(1)
		want.RetryCount = 2
		ignore := cmpopts.IgnoreFields(models.Interaction{}, "ID", "UID", "OpenID", "Raw", "Deliveries")
		if diff := cmp.Diff(want, got, ignore); diff != "" {
			t.Errorf("row differs (-want +got):\n%s", diff)
		}
	})
}

func TestAmendmentInTheSameBatch(t *testing.T) {
	everywhere(t, func(t *testing.T, s *Store) {
		i := inbound(1)
		i.Outcome = models.OutcomeUnknown
		late := inbound(1)
		late.Amend = true
		late.Deliveries = []models.Delivery{storetest.Delivery("spool-1", 8, testTime)}
		record(t, s, late, i)
		got := logged(t, s, Filter{})[0]
		if got.Outcome != models.OutcomeAnswered || got.RetryCount != 1 {
			t.Errorf("outcome %q, retries %d", got.Outcome, got.RetryCount)
		}
	})
}

func TestDialoguesNewerWins(t *testing.T) {
	everywhere(t, func(t *testing.T, s *Store) {
		now := time.Now()
		with := func(n int, state string, at time.Time) models.Interaction {
			i := inbound(n)
			i.Dialogue = &models.Dialogue{AppID: appA, OpenID: i.OpenID, State: []byte(state), UpdatedAt: at, ExpiresAt: now.Add(time.Hour)}
			return i
		}
		record(t, s, with(1, "first", now))
		_, seen, err := s.Dialogues(context.Background(), -1)
		if err != nil {
			t.Fatal(err)
		}
		record(t, s, with(2, "other", now.Add(time.Second)))
		record(t, s, with(51, "second", now.Add(2*time.Second)))
		record(t, s, with(101, "too late", now.Add(time.Second)))
		got, last, err := s.Dialogues(context.Background(), seen)
		if err != nil {
			t.Fatal(err)
		}
		var states []string
		for _, d := range got {
			states = append(states, d.OpenID+" "+string(d.State))
		}
		if diff := cmp.Diff([]string{"oCitizen_000002 other", "oCitizen_000001 second"}, states); diff != "" {
			t.Errorf("dialogues differ (-want +got):\n%s", diff)
		}
		expired := with(3, "gone", now)
		expired.Dialogue.ExpiresAt = now.Add(-time.Second)
		record(t, s, expired)
		for after, want := range map[int64]int{-1: 2, last: 0, last + 100: 2} {
			if got, _, err = s.Dialogues(context.Background(), after); err != nil || len(got) != want {
				t.Errorf("after %d: %d dialogues, error %v; want %d", after, len(got), err, want)
			}
		}
	})
}

// TestDialogues_WithoutTheKeyOfSome: dialogues under a key that was not given keep no others back.
func TestDialogues_WithoutTheKeyOfSome(t *testing.T) {
	everywhere(t, func(t *testing.T, s *Store) {
		former, fresh := bytes.Repeat([]byte{1}, 32), bytes.Repeat([]byte{2}, 32)
		with := func(kek []byte, previous ...[]byte) *Store {
			o := s.opt
			var err error
			if o.Sealer, err = seal.NewSealer(kek, previous...); err != nil {
				t.Fatal(err)
			}
			other, err := Open(o)
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = other.Close() }) // reading is over
			return other
		}
		both, behind := with(fresh, former), with(former)
		for n, writer := range []*Store{both, behind} {
			i := inbound(n)
			i.Dialogue = &models.Dialogue{AppID: appA, OpenID: i.OpenID, State: []byte("s"), UpdatedAt: time.Now(), ExpiresAt: time.Now().Add(time.Hour)}
			record(t, writer, i)
		}
		for want, reader := range map[int]*Store{2: both, 1: behind} {
			if got, _, err := reader.Dialogues(context.Background(), -1); err != nil || len(got) != want {
				t.Errorf("%d dialogues, error %v; want %d", len(got), err, want)
			}
		}
	})
}

// TestDialogues_OneIsDamaged: a dialogue that does not open, or whose citizen does not, keeps no others back, and
// is not asked for again.
func TestDialogues_OneIsDamaged(t *testing.T) {
	everywhere(t, func(t *testing.T, s *Store) {
		ctx := context.Background()
		for n := range 3 {
			i := inbound(n)
			i.Dialogue = &models.Dialogue{AppID: appA, OpenID: i.OpenID, State: []byte("s"), UpdatedAt: time.Now(), ExpiresAt: time.Now().Add(time.Hour)}
			record(t, s, i)
		}
		err := s.Transact(ctx, func(tx *Tx) error {
			for n, table := range []string{"dialogues", "citizens"} {
				column := map[string]string{"dialogues": "state", "citizens": "openid"}[table]
				damage := "UPDATE " + table + " SET " + column + " = ? WHERE uid = ?"
				if err := tx.Exec(ctx, damage, bytes.Repeat([]byte{9}, 80), s.opt.Sealer.UID(appA, inbound(n).OpenID)); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		got, last, err := s.Dialogues(ctx, -1)
		if err != nil || len(got) != 1 || got[0].OpenID != inbound(2).OpenID {
			t.Fatalf("%+v, %v", got, err)
		}
		if again, _, err := s.Dialogues(ctx, last); err != nil || len(again) != 0 {
			t.Errorf("again %+v, %v", again, err)
		}
	})
}

// TestDialogues_WritersAtOnce: whoever reads the changes as they come misses none, even one
// that is committed late by a writer whose clock is behind.
func TestDialogues_WritersAtOnce(t *testing.T) {
	everywhere(t, func(t *testing.T, s *Store) {
		ctx := context.Background()
		const writers, each = 4, 25
		var wg sync.WaitGroup
		for w := range writers {
			wg.Go(func() {
				for n := range each {
					i := inbound(1000*w + n)
					i.Dialogue = &models.Dialogue{
						AppID: appA, OpenID: i.OpenID, State: []byte(i.MsgKey), ExpiresAt: time.Now().Add(time.Hour),
						UpdatedAt: time.Now().Add(-time.Duration(w) * time.Minute),
					}
					record(t, s, i)
				}
			})
		}
		done := make(chan struct{})
		go func() { wg.Wait(); close(done) }()
		seen, after := map[string]bool{}, int64(-1)
		for over := false; !over; {
			select {
			case <-done:
				over = true
			default:
			}
			list, last, err := s.Dialogues(ctx, after)
			if err != nil {
				t.Fatal(err)
			}
			for _, d := range list {
				seen[d.OpenID] = true
			}
			after = last
		}
		all, _, err := s.Dialogues(ctx, -1)
		if err != nil || len(all) != len(seen) {
			t.Errorf("%d of %d dialogues were seen, error %v", len(seen), len(all), err)
		}
	})
}

// What is derived from the log moves in the transaction that inserts the rows, for new
// rows only, and with them it is undone.
func TestAppend_FollowSharesTheTransaction(t *testing.T) {
	everywhere(t, func(t *testing.T, s *Store) {
		var seen int
		fail := errors.New("no")
		follow := func(ctx context.Context, tx *Tx, a *Arrival) (func() error, error) {
			seen += len(a.Fresh)
			return func() error {
				if err := tx.Exec(ctx, "UPDATE rules_version SET version = version + ?", len(a.Fresh)); err != nil {
					return err
				}
				if len(a.Fresh) == 3 {
					return fail
				}
				return nil
			}, nil
		}
		store := func(batch ...models.Interaction) {
			t.Helper()
			if err := s.Append(context.Background(), batch, follow); err != nil {
				t.Fatal(err)
			}
		}
		if err := execute(s, "INSERT INTO rules_version (app_id, version, updated_at) VALUES ('x', 0, 0)"); err != nil {
			t.Fatal(err)
		}
		store(inbound(1), inbound(2))
		store(inbound(1), inbound(2), inbound(3))
		if err := s.Append(context.Background(), []models.Interaction{inbound(4), inbound(5), inbound(6)}, follow); !errors.Is(err, fail) {
			t.Fatalf("error %v", err)
		}
		if v := number(t, s, "SELECT version FROM rules_version"); v != 3 || seen != 6 {
			t.Errorf("folded %d rows, saw %d; want 3 and 6", v, seen)
		}
		if n := number(t, s, "SELECT COUNT(*) FROM interactions"); n != 3 {
			t.Errorf("%d rows, want 3", n)
		}
	})
}

func TestTextSurvivesOrIsMarked(t *testing.T) {
	family := "👨‍👩‍👧‍👦 🏳️‍🌈 𠮷野家 e\u0301 \u202ertl "
	tests := []struct{ name, in, want string }{
		{"emoji and joiners", family + "x", family + "x"},
		{"trailing space", "a ", "a "},
		{"sql and markup", `'"\;-- <script> =cmd|' %_`, `'"\;-- <script> =cmd|' %_`},
		{"controls removed", "a\x00b\x01c\ufffe", "abc"},
		{"invalid bytes removed", "a\xff\xfeb", "ab"},
		{"masked", "我是13812345678", "我是138****5678"},
		{"empty", "", ""},
	}
	everywhere(t, func(t *testing.T, s *Store) {
		for n, tt := range tests {
			i := inbound(n)
			i.Content = tt.in
			record(t, s, i)
			got := logged(t, s, Filter{})[n]
			if got.Content != tt.want || len(got.Warnings) != 0 {
				t.Errorf("%s: got %q %v, want %q", tt.name, got.Content, got.Warnings, tt.want)
			}
		}
		long := inbound(99)
		long.Content, long.RuleName, long.Kind = strings.Repeat("长", 30_000), strings.Repeat("规", 200), "奇怪"
		record(t, s, long)
		rows := logged(t, s, Filter{})
		got := rows[len(rows)-1]
		if got.Content != strings.Repeat("长", 21_845) || got.RuleName != strings.Repeat("规", 128) || got.Kind != "奇怪" {
			t.Errorf("cut to %d bytes and %d bytes", len(got.Content), len(got.RuleName))
		}
		if n := number(t, s, "SELECT COUNT(*) FROM interactions WHERE truncated = 1"); n != 1 || len(got.Warnings) != 1 {
			t.Errorf("%d rows marked truncated, want 1", n)
		}
		raw, err := s.Reveal(context.Background(), got.ID, models.CommandLine("test"), "test")
		if err != nil || !bytes.Equal(raw, long.Raw) {
			t.Errorf("raw %q, error %v", raw, err)
		}
	})
}

func TestPlacesAreCoarse(t *testing.T) {
	for in, want := range map[string]string{
		"23.134521,113.358803 广州市天河区某路1号": "23.13,113.36", "23.134521 113.358803": "23.13,113.36",
		"-0.001,179.999": "-0.00,180.00", "某小区3栋": "", "": "", "999 1.5 2.5": "1.50,2.50",
	} {
		var c cutter
		if got := c.content(&models.Interaction{Kind: "location", Content: in}); got != want {
			t.Errorf("%q: got %q, want %q", in, got, want)
		}
	}
}

func TestHostileRowsAreStored(t *testing.T) {
	everywhere(t, func(t *testing.T, s *Store) {
		hostile := inbound(1)
		hostile.OpenID = strings.Repeat("o", 4096)
		hostile.Kind = strings.Repeat("事件", 200)
		hostile.Channel, hostile.ParseStatus = "频道", models.ParseIncomplete
		hostile.Thread, hostile.Topic = "线\x00", strings.Repeat("题", 500)
		hostile.Warnings = []string{strings.Repeat("警", 20_000), "x"}
		hostile.At = time.Unix(1e14, 0)
		hostile.RetryCount, hostile.ErrCode = 1<<40, 1<<40
		nobody := inbound(2)
		nobody.OpenID, nobody.Raw, nobody.ParseStatus = "", nil, models.ParseUnreadable
		zero := models.Interaction{AppID: appA, MsgKey: "zero"}
		record(t, s, hostile, nobody, zero)
		if n := number(t, s, "SELECT COUNT(*) FROM interactions"); n != 3 {
			t.Errorf("%d rows, want 3", n)
		}
		if n := number(t, s, "SELECT COUNT(*) FROM citizens"); n != 1 {
			t.Errorf("%d citizens, want 1", n)
		}
	})
}

func TestRecordReduced(t *testing.T) {
	everywhere(t, func(t *testing.T, s *Store) {
		i := inbound(1)
		cause := "data too long for 13812345678 " + strings.Repeat("x", 1000)
		for range 2 {
			if err := s.Append(context.Background(), []models.Interaction{Reduced(i, cause)}, nil); err != nil {
				t.Fatal(err)
			}
		}
		got := logged(t, s, Filter{})
		if len(got) != 1 || got[0].ParseStatus != ParseReduced || got[0].MsgKey != i.MsgKey || got[0].Content != "" {
			t.Fatalf("got %+v", got)
		}
		if w := strings.Join(got[0].Warnings, ""); !strings.Contains(w, "138****5678") || strings.Contains(w, "13812345678") {
			t.Errorf("warnings %q", w)
		}
		raw, err := s.Reveal(context.Background(), got[0].ID, models.CommandLine("test"), "why it failed")
		if err != nil || !bytes.Equal(raw, i.Raw) {
			t.Errorf("raw %q, error %v", raw, err)
		}
	})
}

// deliveries reads those of an event of appA.
func deliveries(t testing.TB, s *Store, msgKey string) (list []models.Delivery) {
	t.Helper()
	err := each(t.Context(), s.reader, func(rows *sql.Rows) error {
		var d models.Delivery
		var received, skew, latency int64
		err := rows.Scan(&d.SpoolID, &d.Seq, &received, &d.Timestamp, &d.Nonce, &d.Signature, &d.BodySHA256, &d.Encrypted, &d.PreviousKey,
			&skew, &d.Number, &d.Outcome, &latency)
		d.ReceivedAt = FromMicros(received)
		d.Skew, d.Latency = time.Duration(skew)*time.Microsecond, time.Duration(latency)*time.Microsecond
		list = append(list, d)
		return err
	}, "SELECT spool_id, seq, received_at, wx_timestamp, nonce, signature, body_sha256, encrypted, previous_key, skew_us, number, "+
		"outcome, latency_us FROM deliveries WHERE event_key = ? AND app_id = ? ORDER BY received_at, spool_id, seq", NormalKey(appA, msgKey), appA)
	if err != nil {
		t.Fatal(err)
	}
	return list
}
