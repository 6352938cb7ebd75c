package waits

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/store"
	"github.com/wenzheng/wenzheng/store/storetest"
)

// measuredEverywhere runs a test on every dialect with the real measure and a clock that
// stands at now.
func measuredEverywhere(t *testing.T, now time.Time, f func(t *testing.T, s *log)) {
	t.Helper()
	for _, d := range dialects() {
		t.Run(d, func(t *testing.T) { f(t, migrated(t, d, now)) })
	}
}

// Two instances write the same log at once, cut into different batches; the tables are those
// of one writer.
func TestTwoStoresMeasureAtOnce(t *testing.T) {
	now := time.Unix(fixtureBase+40*86400, 0)
	rows := bigLog(300, 12, 11)
	lite := migrated(t, dialectSQLite, now)
	record(t, lite, rows...)
	want := contents(t, lite)
	for _, d := range dialects() {
		t.Run(d, func(t *testing.T) {
			database := ready(t, d)
			clock := func() time.Time { return now }
			one, two := open(t, options(t, database, clock)), open(t, options(t, database, clock))
			var wg sync.WaitGroup
			for n, s := range []*log{one, two} {
				list := slices.Clone(rows)
				if n == 1 {
					slices.Reverse(list)
				}
				wg.Go(func() {
					for batch := range slices.Chunk(list, 17+20*n) {
						patiently(t, s, batch)
					}
				})
			}
			wg.Wait()
			if diff := cmp.Diff(want, contents(t, one)); diff != "" {
				t.Errorf("tables differ (-one writer +two):\n%s", diff)
			}
			noDifferences(t, two)
		})
	}
}

func TestVerifyFindsPlantedDifferences(t *testing.T) {
	measuredEverywhere(t, time.Unix(fixtureBase+40*86400, 0), func(t *testing.T, s *log) {
		record(t, s, bigLog(60, 10, 3)...)
		record(t, s, script(t, "click 0, bot 1 to=k0, unfollow 60")...)
		if _, err := s.Sweep(context.Background(), s.Now(), 1000); err != nil {
			t.Fatal(err)
		}
		noDifferences(t, s)
		for _, plant := range []struct{ do, undo, want string }{
			{
				"UPDATE wait_hours SET human = human + 1 WHERE hour = (SELECT h FROM (SELECT MIN(hour) AS h FROM wait_hours) x)",
				"UPDATE wait_hours SET human = human - 1 WHERE hour = (SELECT h FROM (SELECT MIN(hour) AS h FROM wait_hours) x)", "wait_hours",
			},
			{"UPDATE wait_hours SET served = served + 1", "UPDATE wait_hours SET served = served - 1", "的 served 应为"},
			{"UPDATE wait_hours SET aged = aged - 1", "UPDATE wait_hours SET aged = aged + 1", "的 aged 应为"},
			{"UPDATE waits SET served_texts = served_texts + 1", "UPDATE waits SET served_texts = served_texts - 1", "waits"},
			{"UPDATE waits SET repeated = 1 - repeated WHERE aged = 1", "UPDATE waits SET repeated = 1 - repeated WHERE aged = 1", "重复诉求标记"},
			{"UPDATE clicks SET served = 1 - served", "UPDATE clicks SET served = 1 - served", "clicks"},
			{
				"INSERT INTO clicks SELECT 'wxplanted', event_key, channel, at, topic, served FROM clicks",
				"DELETE FROM clicks WHERE app_id = 'wxplanted'", "clicks",
			},
			{"UPDATE unfollows SET at = at + 1", "UPDATE unfollows SET at = at - 1", "unfollows"},
			{
				"INSERT INTO unfollows SELECT 'wxplanted', at, event_key FROM unfollows",
				"DELETE FROM unfollows WHERE app_id = 'wxplanted'", "unfollows",
			},
			{"UPDATE measure_state SET aged_until = -aged_until", "UPDATE measure_state SET aged_until = -aged_until", "aged_until"},
			{"UPDATE rt_hist SET cnt = cnt + 1", "UPDATE rt_hist SET cnt = cnt - 1", "rt_hist"},
			{"UPDATE rt_bands SET seconds = seconds + 1", "UPDATE rt_bands SET seconds = seconds - 1", "rt_bands"},
			{"UPDATE rt_bands SET app_id = 'wxplanted'", "UPDATE rt_bands SET app_id = '" + appA + "'", "rt_bands：缺少"},
			{"UPDATE wait_days SET bot = bot + 1", "UPDATE wait_days SET bot = bot - 1", "wait_days"},
			{"UPDATE active_days SET msgs = msgs + 1", "UPDATE active_days SET msgs = msgs - 1", "active_days"},
			{"UPDATE active_returns SET citizens = citizens + 1", "UPDATE active_returns SET citizens = citizens - 1", "active_returns"},
			{"UPDATE active_returns SET msgs = msgs + 1", "UPDATE active_returns SET msgs = msgs - 1", "active_returns"},
			{"UPDATE active_returns SET app_id = 'wxplanted'", "UPDATE active_returns SET app_id = '" + appA + "'", "active_returns：" + appA},
			{"UPDATE waits SET office_rt = office_rt + 1", "UPDATE waits SET office_rt = office_rt - 1", "waits"},
			{"UPDATE interactions SET matched = 1 - matched WHERE actor = 'bot'", "UPDATE interactions SET matched = 1 - matched WHERE actor = 'bot'", "wait_hours"},
			{
				"INSERT INTO wait_hours SELECT 'wxplanted', channel, hour, topic, staff" + restOf("wait_hours") + " FROM wait_hours",
				"DELETE FROM wait_hours WHERE app_id = 'wxplanted'", "wxplanted",
			},
			{"UPDATE waits SET app_id = 'wxplanted'", "UPDATE waits SET app_id = '" + appA + "'", "缺少"},
		} {
			if err := execute(s, plant.do); err != nil {
				t.Fatalf("%s: %v", plant.do, err)
			}
			found, err := s.VerifyRollups(context.Background(), func(done, total int) {
				if done > total {
					t.Errorf("progress %d of %d", done, total)
				}
			})
			if err != nil || len(found) == 0 || !strings.Contains(strings.Join(found, "\n"), plant.want) {
				t.Errorf("%s: error %v, found %q", plant.do, err, found)
			}
			if err := execute(s, plant.undo); err != nil {
				t.Fatal(err)
			}
			noDifferences(t, s)
		}
	})
}

func restOf(string) string { return ", " + strings.Join(sumColumns(), ", ") }

func TestRatingsFindTheirWaits(t *testing.T) {
	measuredEverywhere(t, time.Unix(fixtureBase+40*86400, 0), func(t *testing.T, s *log) {
		ctx := context.Background()
		at := func(sec int64) time.Time { return time.Unix(fixtureBase+sec, 0) }
		const who = "oA_0123456789"
		ratings := []models.Rating{
			{AppID: appA, OpenID: who, At: at(700), Satisfied: true, Solved: true},
			{AppID: appA, OpenID: who, At: at(600000), Satisfied: true},
			{AppID: appA, OpenID: who, At: at(600001)},
			{AppID: appA, OpenID: "oNobody_0123456789", At: at(1)},
		}
		added, unmatched, err := s.ImportRatings(ctx, ratings)
		if added != 4 || unmatched != 4 || err != nil {
			t.Fatalf("added %d, unmatched %d, error %v", added, unmatched, err)
		}
		record(t, s, script(t, "in 0, human 600, in 500000, human 500060")...)
		noDifferences(t, s)
		if added, unmatched, err = s.ImportRatings(ctx, ratings); added != 0 || unmatched != 1 || err != nil {
			t.Errorf("again: added %d, unmatched %d, error %v", added, unmatched, err)
		}
		var got []string
		for _, w := range waitsOf(t, s) {
			got = append(got, fmt.Sprintf("rated %v satisfied %v solved %v", w.Rated, w.Satisfied, w.Solved))
		}
		if diff := cmp.Diff([]string{"rated true satisfied true solved true", "rated true satisfied false solved false"}, got); diff != "" {
			t.Errorf("ratings (-want +got):\n%s", diff)
		}
		if n := number(t, s, "SELECT SUM(rated) * 10 + SUM(satisfied) FROM wait_hours"); n != 21 {
			t.Errorf("rated and satisfied %d, want 21", n)
		}
		// The second wait turns out never to have been answered: its ratings go to the first.
		no := false
		if err := s.Correct(ctx, Correction{AppID: appA, MsgKey: "k3", OK: &no}, models.CommandLine("t"), "平台后来报错"); err != nil {
			t.Fatal(err)
		}
		noDifferences(t, s)
		if w := waitsOf(t, s); !w[0].Rated || w[0].Satisfied || w[1].Rated || w[1].AnswerAt != 0 {
			t.Errorf("after the correction: %+v", w)
		}
		_, _, err = s.ImportRatings(ctx, []models.Rating{{AppID: appA}})
		wantCode(t, err, models.CodeInvalid)
	})
}

func TestCorrectionsAndAmendments(t *testing.T) {
	measuredEverywhere(t, time.Unix(fixtureBase+40*86400, 0), func(t *testing.T, s *log) {
		ctx, by := context.Background(), models.CommandLine("t")
		rows := script(t, "in 0, bot 1, human 600")
		rows[0].Outcome = models.OutcomeUnknown
		record(t, s, rows...)
		first := func() string {
			t.Helper()
			noDifferences(t, s)
			w := waitsOf(t, s)
			return reading(&w[0], fixtureBase+864000) + w[0].Topic + w[0].Staff
		}
		if got := first(); got != "human 600 x+++s1" {
			t.Errorf("at first: %s", got)
		}
		late := rows[0]
		late.Amend, late.Outcome, late.Topic, late.RuleID = true, models.OutcomeAnswered, "社保", 9
		record(t, s, late)
		if got := first(); got != "human 600 x+++社保s1" {
			t.Errorf("with a topic: %s", got)
		}
		yes, no, staff := true, false, "李四"
		for _, c := range []struct {
			Correction
			want string
		}{
			{Correction{MsgKey: "k2", Staff: &staff}, "human 600 x+++社保李四"},
			{Correction{MsgKey: "k2", OK: &no}, "bot 1 ++++社保"},
			{Correction{MsgKey: "k1", Matched: &no}, "expired 172800 xxxx社保"},
			{Correction{MsgKey: "k2", OK: &yes}, "human 600 x+++社保李四"},
		} {
			c.AppID = appA
			if err := s.Correct(ctx, c.Correction, by, "核对"); err != nil {
				t.Fatal(err)
			}
			if got := first(); got != c.want {
				t.Errorf("%+v: %s, want %s", c.Correction, got, c.want)
			}
		}
		wantCode(t, s.Correct(ctx, Correction{AppID: appA, MsgKey: "none"}, by, "核对"), models.CodeNotFound)
		wantCode(t, s.Correct(ctx, Correction{AppID: appA, MsgKey: "k1"}, by, ""), models.CodeInvalid)
		if n, err := s.VerifyAudit(ctx); n != 4 || err != nil {
			t.Errorf("%d audit entries, error %v", n, err)
		}
	})
}

// New office hours and days of the calendar reach the waits they concern with the next sweep, on all
// instances, and until then are no differences.
func TestOfficeHoursAndCalendarRemeasure(t *testing.T) {
	measuredEverywhere(t, time.Unix(fixtureBase+40*86400, 0), func(t *testing.T, s *log) {
		ctx, by := context.Background(), models.CommandLine("t")
		if err := s.CreateAccount(ctx, account(), by); err != nil {
			t.Fatal(err)
		}
		record(t, s, script(t, "in 0, human 14400")...) // Monday 09:00 to 13:00
		office := func(want int64) {
			t.Helper()
			noDifferences(t, s)
			if _, err := s.Sweep(context.Background(), s.Now(), 100); err != nil {
				t.Fatal(err)
			}
			noDifferences(t, s)
			if got := number(t, s, "SELECT SUM(rt_office_sum) FROM wait_hours"); got != want {
				t.Errorf("office seconds %d, want %d", got, want)
			}
		}
		must := func(err error) {
			t.Helper()
			if err != nil {
				t.Fatal(err)
			}
		}
		hours := func(from, value string) models.Setting {
			return models.Setting{Name: models.SettingOfficeHours, ValidFrom: from, Value: value}
		}
		office(3 * 3600)
		must(s.SetSetting(ctx, appA, hours("2026-03-03", "08:00-09:00"), by))
		office(3 * 3600)
		must(s.SetSetting(ctx, appA, hours("", "08:00-11:00"), by))
		office(2 * 3600)
		must(s.RemoveSetting(ctx, appA, hours("", ""), by))
		office(3 * 3600)
		wantCode(t, s.RemoveSetting(ctx, appA, hours("", ""), by), models.CodeNotFound)
		wantCode(t, s.SetSetting(ctx, appA, hours("", "late"), by), models.CodeInvalid)

		off := []models.CalendarDay{{Day: "2026-03-02", Name: "停电"}}
		must(s.ChangeCalendar(ctx, store.CalendarChange{Days: off, Touched: []string{"2026-03-02"}}, by))
		office(0)
		if days, err := s.CalendarDays(ctx); len(days) != 1 || days[0].Work || err != nil {
			t.Errorf("days %+v, error %v", days, err)
		}
		unset := store.CalendarChange{Unset: []string{"2026-03-02"}, Touched: []string{"2026-03-02"}}
		must(s.ChangeCalendar(ctx, unset, by))
		office(3 * 3600)
		wantCode(t, s.ChangeCalendar(ctx, unset, by), models.CodeNotFound)
		wantCode(t, s.ChangeCalendar(ctx, store.CalendarChange{Days: []models.CalendarDay{{Day: "2026-02-30"}}}, by), models.CodeInvalid)
	})
}

// TestSettings_FromTomorrowTouchNoWait: nothing is remeasured, not even looked at.
func TestSettings_FromTomorrowTouchNoWait(t *testing.T) {
	measuredEverywhere(t, time.Unix(fixtureBase+40*86400, 0), func(t *testing.T, s *log) {
		ctx, by := context.Background(), models.CommandLine("t")
		if err := s.CreateAccount(ctx, account(), by); err != nil {
			t.Fatal(err)
		}
		record(t, s, script(t, "in 0, human 14400")...)
		if _, err := s.Sweep(ctx, s.Now(), 100); err != nil {
			t.Fatal(err)
		}
		for _, v := range []models.Setting{
			{Name: models.SettingOfficeHours, ValidFrom: "2026-04-12", Value: "08:00-11:00"},
			{Name: models.SettingLimits, ValidFrom: "2026-04-12", Value: `{"chat_s":[60,3600,7200,86400]}`},
		} {
			if err := s.SetSetting(ctx, appA, v, by); err != nil {
				t.Fatal(err)
			}
		}
		err := s.ChangeCalendar(ctx, store.CalendarChange{Year: 2027, Days: []models.CalendarDay{{Day: "2027-01-01"}}, Touched: []string{"2027-01-01"}}, by)
		if err != nil {
			t.Fatal(err)
		}
		if n := number(t, s, "SELECT COUNT(*) FROM remeasure"); n != 0 {
			t.Errorf("%d accounts are to be remeasured", n)
		}
		noDifferences(t, s)
	})
}

// TestLimits_FromADayOn: a wait is held against the limits of the day on which it was opened, and
// limits of the past can not be changed.
func TestLimits_FromADayOn(t *testing.T) {
	now := time.Unix(fixtureBase-3*86400, 0)
	measuredEverywhere(t, time.Unix(fixtureBase+40*86400, 0), func(t *testing.T, s *log) {
		ctx, by := context.Background(), models.CommandLine("t")
		clock := s.now
		s.now = func() time.Time { return now }
		if err := s.CreateAccount(ctx, account(), by); err != nil {
			t.Fatal(err)
		}
		limits := models.Setting{Name: models.SettingLimits, ValidFrom: "2026-03-03", Value: `{"chat_s":[180,3600,86400,172800]}`}
		if err := s.SetSetting(ctx, appA, limits, by); err != nil {
			t.Fatal(err)
		}
		s.now = clock
		record(t, s, script(t, "in 0, human 5400, in 86400, human 91800")...) // 90 minutes on Monday and on Tuesday
		if _, err := s.Sweep(ctx, s.Now(), 100); err != nil {
			t.Fatal(err)
		}
		noDifferences(t, s)
		if got := number(t, s, "SELECT SUM(ontime_human_2) FROM wait_hours"); got != 1 {
			t.Errorf("%d answers within the second limit, want that of Monday", got)
		}
		limits.ValidFrom = "2026-03-02"
		wantCode(t, s.SetSetting(ctx, appA, limits, by), models.CodeInvalid)
	})
}

// A log from before waits were kept gets them from the first sweep.
func TestOldLogGetsItsWaits(t *testing.T) {
	measuredEverywhere(t, time.Unix(fixtureBase+40*86400, 0), func(t *testing.T, s *log) {
		record(t, s, append(bigLog(50, 5, 2), script(t, "in 10, human 8 to=k0")...)...)
		want := contents(t, s)
		for _, q := range []string{
			"DELETE FROM waits", "DELETE FROM wait_hours", "DELETE FROM wait_days", "DELETE FROM rt_hist", "DELETE FROM rt_bands", "DELETE FROM active_days", "DELETE FROM active_returns",
			"UPDATE interactions SET effective_at = (at - at % 1000000) / 1000000", "INSERT INTO remeasure (app_id, version) VALUES ('" + appA + "', 1)",
		} {
			if err := execute(s, q); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := s.Sweep(context.Background(), s.Now(), 100); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, contents(t, s)); diff != "" {
			t.Errorf("tables differ (-before +after):\n%s", diff)
		}
		if n := number(t, s, "SELECT COUNT(*) FROM remeasure"); n != 0 {
			t.Errorf("%d accounts are still to be remeasured", n)
		}
	})
}

func TestAssignedWaitsCountForTheirAssignee(t *testing.T) {
	measuredEverywhere(t, time.Unix(fixtureBase+30, 0), func(t *testing.T, s *log) {
		record(t, s, script(t, "in 0")...)
		assign(t, s, &waitsOf(t, s)[0], "王五")
		noDifferences(t, s)
		if _, err := s.Sweep(t.Context(), time.Unix(fixtureBase+40*86400, 0), 100); err != nil {
			t.Fatal(err)
		}
		if n := number(t, s, "SELECT SUM(expired) FROM wait_hours WHERE staff = '王五'"); n != 1 {
			t.Errorf("%d expired waits of the assignee", n)
		}
		record(t, s, storetest.LogRow("oA_0123456789", "human", time.Unix(fixtureBase+60, 0), "answer"))
		noDifferences(t, s)
		if n := number(t, s, "SELECT SUM(human) FROM wait_hours WHERE staff = 's1'"); n != 1 {
			t.Errorf("%d waits of the one who answered", n)
		}
	})
}

// assign makes somebody responsible for a wait of the chat.
func assign(t *testing.T, s *log, w *models.Wait, staff string) {
	t.Helper()
	err := s.store.Transact(t.Context(), func(tx *store.Tx) error {
		if _, err := tx.LockCitizens(t.Context(), []string{w.UID}); err != nil {
			return err
		}
		return s.AssignIn(t.Context(), tx, w.AppID, w.UID, staff)
	})
	if err != nil {
		t.Fatal(err)
	}
}

// Correct is CorrectIn in a transaction of its own, audited.
func (s *Waits) Correct(ctx context.Context, c Correction, by models.Who, reason string) error {
	if reason == "" {
		return models.NewError(models.CodeInvalid, "更正记录须写明理由")
	}
	err := s.store.Transact(ctx, func(t *store.Tx) error {
		before, err := s.CorrectIn(ctx, t, c)
		if err != nil {
			return err
		}
		return t.Audit(ctx, models.AuditEntry{
			Who: by, Action: "log.correct", ObjectType: "interaction", ObjectID: before.MsgKey, AppID: c.AppID, Reason: reason,
			Before: models.JSON(map[string]any{"ok": before.OK, "matched": before.Matched, "topic": before.Topic, "staff": before.Staff}),
			After:  models.JSON(map[string]any{"ok": c.OK, "matched": c.Matched, "err_code": c.ErrCode, "topic": c.Topic, "staff": c.Staff}),
		})
	})
	return models.Wrap("waits: correct", err)
}
