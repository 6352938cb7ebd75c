package indices

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/store/storetest"
)

const base = storetest.Base

// rowsOf reads a script of the citizen A.
func rowsOf(t testing.TB, script string) []models.Interaction {
	t.Helper()
	return storetest.Script(t, "A", script)
}

func rebuildScript(t testing.TB, script string) []models.Wait {
	t.Helper()
	limits := DefaultLimits()
	return Rebuild(rowsOf(t, script), &limits, nil)
}

// line prints a wait as the fixture does.
func line(w *models.Wait, asOf int64) string {
	r := StateAt(w, asOf)
	return storetest.WaitLine(w, r.State, r.Waited, r.Pending, r.OnTime, r.Breach)
}

func TestClosingFixture(t *testing.T) {
	for _, c := range storetest.ClosingFixture() {
		waits := rebuildScript(t, c.Script)
		var got []string
		for i := range waits {
			got = append(got, line(&waits[i], base+c.AsOf))
		}
		if diff := cmp.Diff(c.Waits, got); diff != "" {
			t.Errorf("%s: %s: %s", c.Name, c.Script, diff)
		}
	}
}

func TestAnswerAtTheVeryLimitEarnsNothing(t *testing.T) {
	limits := DefaultLimits()
	waits := rebuildScript(t, "in 0, human 172800")
	hour := contribution(&limits, waits...).Hours[0]
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
		AppID: storetest.AppA, UID: "A", Channel: models.ChannelChat, OpenKey: "k0", OpenAt: base, LastInAt: base + 100,
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
	got := sessionsOf(rows, &limits)
	want := []session{
		{AppID: storetest.AppA, UID: "A", Start: base, End: base + 172860},
		{AppID: storetest.AppA, UID: "A", Start: base + 345661, End: base + 345900},
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
