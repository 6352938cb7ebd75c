package indices

import (
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/wenzheng/wenzheng/models"
)

// base is where the closing fixture's seconds count from: 2026-03-02 09:00 Shanghai.
const base = 1772413200

// rowsOf reads "in 0, bot 1, human 600 failed": what, seconds after base, marks.
func rowsOf(t testing.TB, script string) []models.Interaction {
	t.Helper()
	var rows []models.Interaction
	for i, part := range strings.Split(script, ", ") {
		words := strings.Fields(part)
		sec, err := strconv.ParseInt(words[1], 10, 64)
		if err != nil {
			t.Fatal(err)
		}
		rows = append(rows, rowOf(t, words[0], sec, i, words[2:]...))
	}
	return rows
}

func rowOf(t testing.TB, what string, sec int64, i int, marks ...string) models.Interaction {
	t.Helper()
	r := models.Interaction{
		AppID: "wx1", OpenID: "A", Channel: models.ChannelChat, Kind: "text", OK: true,
		At: time.Unix(base+sec, 0), MsgKey: fmt.Sprintf("k%d", i),
	}
	switch what {
	case "in":
		r.Dir, r.Actor = models.DirIn, models.ActorCitizen
	case "unfollow":
		r.Dir, r.Actor, r.Kind = models.DirIn, models.ActorCitizen, "unsubscribe"
	case "click":
		r.Dir, r.Actor, r.MenuClick = models.DirIn, models.ActorCitizen, true
	case "human":
		r.Dir, r.Actor, r.Staff = models.DirOut, models.ActorHuman, "s1"
	case "bot":
		r.Dir, r.Actor, r.Matched = models.DirOut, models.ActorBot, true
	case "fallback":
		r.Dir, r.Actor = models.DirOut, models.ActorBot
	case "mass":
		r.Dir, r.Actor, r.Kind = models.DirOut, models.ActorSystem, "mass"
	default:
		t.Fatalf("no row %q", what)
	}
	for _, m := range marks {
		switch {
		case m == "failed":
			r.OK = false
		case m == "probe":
			r.Probe = true
		case m == "comment":
			r.Channel, r.Thread = models.ChannelComment, "c1"
		case strings.HasPrefix(m, "to="):
			r.ReplyTo = m[3:]
		case strings.HasPrefix(m, "key="):
			r.MsgKey = m[4:]
		default:
			t.Fatalf("no mark %q", m)
		}
	}
	return r
}

func rebuildScript(t testing.TB, script string) []models.Wait {
	t.Helper()
	limits := DefaultLimits()
	return Rebuild(rowsOf(t, script), &limits, nil)
}

// line prints a wait as the fixture does: state and seconds waited, marks, and for each limit
// + on time, x breach, - not due.
func line(w *models.Wait, asOf int64) string {
	r := StateAt(w, asOf)
	s := fmt.Sprintf("%s %d", r.State, r.Waited)
	if r.Pending {
		s += " pending"
	}
	for _, m := range []struct {
		name string
		n    int
	}{{"revoked", w.Revoked}, {"skew", w.SkewRows}} {
		if m.n > 0 {
			s += fmt.Sprintf(" %s=%d", m.name, m.n)
		}
	}
	s += " "
	for _, limit := range DefaultLimits().Chat {
		switch {
		case r.OnTime(limit):
			s += "+"
		case r.Breach(limit):
			s += "x"
		default:
			s += "-"
		}
	}
	return s
}

func TestClosingFixture(t *testing.T) {
	const long = 10 * 86400
	for _, c := range []struct {
		name, script string
		asOf         int64
		want         []string
	}{
		{"K1", "in 0, bot 1, in 1200, bot 1201", long, []string{"bot 1201 revoked=1 x+++"}},
		{"K2", "in 0, bot 1, human 600", long, []string{"human 600 x+++"}},
		{"K3", "in 0, bot 1, human 2400", long, []string{"bot 1 ++++"}},
		{"K4", "in 0, bot 1, in 1801", long, []string{"expired 174601 revoked=1 xxxx"}},
		{"K5", "in 0, bot 1, in 1802", long, []string{"bot 1 ++++", "expired 172800 xxxx"}},
		{"K6", "in 0, unfollow 3600", long, []string{"left 3600 x---"}},
		{"K7 at the limit", "in 0, human 172800", long, []string{"human 172800 xxx+"}},
		{"K7 a second later", "in 0, human 172801", long, []string{"expired 172800 xxxx"}},
		{"K8", "in 0, human 300 failed, human 900", long, []string{"human 900 x+++"}},
		{"K9", "in 0, in 100000, human 200000", long, []string{"human 200000 xxxx"}},
		{"K10", "in 10, human 8 to=k0", long, []string{"human 0 skew=1 ++++"}},
		{"K11", "in 0, bot 1, unfollow 600", long, []string{"left 1 ----"}},
		{"K12", "in 0, bot 1", 900, []string{"open 1 pending ----"}},
		{"K13 before", "in 0, bot 1, in 1200", 173999, []string{"open 173999 revoked=1 xxxx"}},
		{"K13 at", "in 0, bot 1, in 1200", 174000, []string{"expired 174000 revoked=1 xxxx"}},
		{"K14", "human 0, in 3600, human 4200", long, []string{"human 600 x+++"}},
		{"K15", "in 0, fallback 1, mass 600", long, []string{"expired 172800 xxxx"}},

		{"pending past a limit", "in 0, bot 200", 300, []string{"open 200 pending x---"}},
		{"bot stands at the very second", "in 0, bot 1", 1801, []string{"bot 1 ++++"}},
		{"expiry suspended while pending", "in 0, bot 172700, in 173900, human 174000", long, []string{"human 174000 revoked=1 xxxx"}},
		{"left while pending, late", "in 0, bot 181, unfollow 600", long, []string{"left 181 x---"}},
		{"left exactly at a limit", "in 0, unfollow 180", long, []string{"left 180 x---"}},
		{"unfollow after expiry", "in 0, unfollow 172801", long, []string{"expired 172800 xxxx"}},
		{"only the first answer counts", "in 0, human 60, human 90, in 100, human 130", long, []string{"human 60 ++++", "human 30 ++++"}},
		{"a failed bot", "in 0, bot 1 failed", long, []string{"expired 172800 xxxx"}},
		{"second bot answer changes nothing", "in 0, bot 1, bot 1700, human 2400", long, []string{"bot 1 ++++"}},
		{"menu message click", "click 0", long, nil},
		{"probe", "in 0 probe, human 60 probe", long, nil},
		{"comments do not expire", "in 0 comment", long, []string{"open 864000 xxxx"}},
		{"comments close late", "in 0 comment, human 800000 comment", long, []string{"human 800000 xxxx"}},
		{"retries", "in 0, in 0 key=k0, human 60", long, []string{"human 60 ++++"}},
		{"answer in the second of the question", "human 0, in 0", long, []string{"human 0 ++++"}},
		{"not yet answered", "in 0", 180, []string{"open 180 x---"}},
		{"a question of tomorrow", "in 60", 0, []string{"open 0 ----"}},
	} {
		waits := rebuildScript(t, c.script)
		var got []string
		for i := range waits {
			got = append(got, line(&waits[i], base+c.asOf))
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s: %s: %s", c.name, c.script, diff)
		}
	}
}

func TestAnswerAtTheVeryLimitEarnsNothing(t *testing.T) {
	limits := DefaultLimits()
	waits := rebuildScript(t, "in 0, human 172800")
	hour := Contribution(&limits, waits...).Hours[0]
	if hour.OnTimeHuman[lastLimit] != 1 || hour.UMicro != 0 {
		t.Errorf("%+v", hour)
	}
}

func TestWaitFields(t *testing.T) {
	limits := DefaultLimits()
	rows := rowsOf(t, "in 0, fallback 1, fallback 30 to=k0, in 100, bot 160 to=k3")
	rows[3].Topic = "社保"
	got := Rebuild(rows, &limits, nil)
	want := []models.Wait{{
		AppID: "wx1", UID: "A", Channel: models.ChannelChat, OpenKey: "k0", OpenAt: base, LastInAt: base + 100,
		BotAt: base + 160, Deadline: base + 1960, Topic: "社保", Messages: 2, Texts: 2, ServedTexts: 1, First: true, AgeAt: base + 160 + 7*86400,
	}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if w := rebuildScript(t, "in 0, fallback 1, fallback 2"); w[0].Sent != 2 || w[0].Deadline != base+172800 {
		t.Errorf("%+v", w[0])
	}
}

// Threads of one account do not touch each other, and rows that carry the pseudonym belong
// with those that carry both names.
func TestThreads(t *testing.T) {
	limits := DefaultLimits()
	rows := rowsOf(t, "in 0, in 5, human 60, in 70 comment, human 80 comment")
	rows[0].UID = "u"
	rows[1].OpenID = "B"
	rows[2].OpenID, rows[2].UID = "", "u"
	got := Rebuild(rows, &limits, nil)
	var lines []string
	for i := range got {
		lines = append(lines, got[i].UID+" "+string(got[i].Channel)+" "+line(&got[i], base+100))
	}
	want := []string{"B chat open 95 ----", "u chat human 60 ++++", "A comment human 10 ++++"}
	if diff := cmp.Diff(want, lines); diff != "" {
		t.Error(diff)
	}
}

func TestKinds(t *testing.T) {
	for kind, content := range map[string]bool{
		"text": true, "image": true, "voice": true, "video": true, "shortvideo": true, "location": true, "link": true,
		"comment": true, "form": true, "subscribe": false, "scan": false, "click": false, "view": false, "unknown": false,
	} {
		r := models.Interaction{Dir: models.DirIn, Actor: models.ActorCitizen, Kind: kind}
		if IsContent(&r) != content {
			t.Errorf("%s: content is not %v", kind, content)
		}
	}
	for kind, answer := range map[string]bool{
		"text": true, "news": true, "miniprogram": true, "template": false, "mass": false, "msgmenu": false,
		"transfer_customer_service": false, "": false,
	} {
		r := models.Interaction{Dir: models.DirOut, Actor: models.ActorHuman, Kind: kind, OK: true}
		if IsAnswer(&r) != answer {
			t.Errorf("%s: answer is not %v", kind, answer)
		}
	}
}

func TestSessions(t *testing.T) {
	limits := DefaultLimits()
	rows := rowsOf(t, "in 0, human 60, in 100, human 172860, in 345661, human 345700, in 345800, in 345900, unfollow 900000")
	got := Sessions(rows, &limits)
	want := []Session{
		{AppID: "wx1", UID: "A", Start: base, End: base + 172860},
		{AppID: "wx1", UID: "A", Start: base + 345661, End: base + 345900},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	var flags []string
	for _, w := range Rebuild(rows, &limits, nil) {
		flags = append(flags, fmt.Sprintf("%d first=%v two-way=%v", w.OpenAt-base, w.First, w.TwoWay))
	}
	if diff := cmp.Diff([]string{
		"0 first=true two-way=true", "100 first=false two-way=false",
		"345661 first=true two-way=false", "345800 first=false two-way=false",
	}, flags); diff != "" {
		t.Error(diff)
	}
}

func TestLateAnswer(t *testing.T) {
	limits := DefaultLimits()
	for script, want := range map[string]int64{
		"in 0, human 172801":                        base + 172801,
		"in 0, human 172800":                        0,
		"in 0, human 900000, human 900001":          base + 900000,
		"in 0, in 200000, human 200060":             0,
		"in 0, bot 1, human 2400":                   0,
		"in 0, fallback 172900, human 172950 to=k0": base + 172950,
		"in 0, unfollow 60, human 172801":           0,
		"in 0 comment, human 900000 comment":        0,
	} {
		rows := rowsOf(t, script)
		waits := Rebuild(rows, &limits, nil)
		if at, ok := LateAnswer(&waits[0], rows); at != want || ok != (want != 0) {
			t.Errorf("%s: %d %v, want %d", script, at, ok, want)
		}
	}
}
