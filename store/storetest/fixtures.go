package storetest

import (
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/wenzheng/wenzheng/models"
)

// Base is where the seconds of a script count from: 2026-03-02 09:00:00 in Shanghai.
const Base = 1772413200

// Script reads "in 0, bot 1 to=k0, human 600 failed" as rows of one citizen with the keys k0, k1
// and so on: what it is (see LogRow), its second after Base, and marks: failed, probe, comment,
// to=KEY of the row it answers, key=KEY of its own.
func Script(t testing.TB, openID, text string) []models.Interaction {
	t.Helper()
	var rows []models.Interaction
	for i, part := range strings.Split(text, ", ") {
		words := strings.Fields(part)
		sec, err := strconv.ParseInt(words[1], 10, 64)
		if err != nil {
			t.Fatal(err)
		}
		r := LogRow(openID, words[0], time.Unix(Base+sec, 0), fmt.Sprintf("k%d", i))
		if r.Dir == "" {
			t.Fatalf("no row %q", words[0])
		}
		for _, m := range words[2:] {
			mark(t, &r, m)
		}
		rows = append(rows, r)
	}
	return rows
}

func mark(t testing.TB, r *models.Interaction, m string) {
	t.Helper()
	name, value, _ := strings.Cut(m, "=")
	switch name {
	case "failed":
		r.OK = false
	case "probe":
		r.Probe = true
	case "comment":
		r.Channel, r.Thread = models.ChannelComment, "c1"
	case "to":
		r.ReplyTo = value
	case "key":
		r.MsgKey = value
	default:
		t.Fatalf("no mark %q", m)
	}
}

// ClosingCase is a script and the waits it makes, as WaitLine prints them AsOf seconds after Base.
type ClosingCase struct {
	Name, Script string
	AsOf         int64
	Waits        []string
}

// ClosingFixture is what closes a wait, and what does not: K1 to K15 of the metrics, section 5, and
// what lies at the boundaries between them.
func ClosingFixture() []ClosingCase {
	const long = 10 * 86400
	return []ClosingCase{
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
		{"menu message click", "menu 0", long, nil},
		{"step opens nothing", "step 0, bot 1", long, nil},
		{"step joins nothing", "in 0, bot 1, step 1200, bot 1201", long, []string{"bot 1 ++++"}},
		{"step does not push the expiry", "in 0, step 100000", long, []string{"expired 172800 xxxx"}},
		{"probe", "in 0 probe, human 60 probe", long, nil},
		{"comments do not expire", "in 0 comment", long, []string{"open 864000 xxxx"}},
		{"comments close late", "in 0 comment, human 800000 comment", long, []string{"human 800000 xxxx"}},
		{"retries", "in 0, in 0 key=k0, human 60", long, []string{"human 60 ++++"}},
		{"answer in the second of the question", "human 0, in 0", long, []string{"human 0 ++++"}},
		{"not yet answered", "in 0", 180, []string{"open 180 x---"}},
		{"a question of tomorrow", "in 60", 0, []string{"open 0 ----"}},
	}
}

// WaitLine prints a wait as the fixture does: state and seconds waited, marks, and for each of the
// usual limits + on time, x breach, - not due.
func WaitLine(w *models.Wait, state models.WaitState, waited int64, pending bool, onTime, breach func(limit int64) bool) string {
	s := fmt.Sprintf("%s %d", state, waited)
	if pending {
		s += " pending"
	}
	if w.Revoked > 0 {
		s += fmt.Sprintf(" revoked=%d", w.Revoked)
	}
	if w.SkewRows > 0 {
		s += fmt.Sprintf(" skew=%d", w.SkewRows)
	}
	s += " "
	for _, limit := range []int64{180, 7200, 86400, 172800} {
		switch {
		case onTime(limit):
			s += "+"
		case breach(limit):
			s += "x"
		default:
			s += "-"
		}
	}
	return s
}

// ToyAsOf is the instant at which the figures of the toy log are published.
const ToyAsOf = "2026-03-05 12:00:00"

// ToyLog is the toy log of the metrics, section 5: citizens oA_0123456789 to oF_0123456789.
func ToyLog(t testing.TB) []models.Interaction {
	t.Helper()
	var rows []models.Interaction
	for i, r := range [][3]string{
		{"A", "2026-03-02 09:00:00", "in"},
		{"A", "2026-03-02 09:00:05", "fallback"},
		{"A", "2026-03-02 09:01:00", "in"},
		{"A", "2026-03-02 09:20:00", "human"},
		{"A", "2026-03-02 09:25:00", "in"},
		{"A", "2026-03-02 09:27:00", "human"},
		{"B", "2026-03-02 10:00:00", "in"},
		{"B", "2026-03-02 10:00:01", "bot"},
		{"C", "2026-03-02 11:00:00", "in"},
		{"C", "2026-03-02 13:00:00", "human"},
		{"D", "2026-03-02 16:00:00", "in"},
		{"E", "2026-03-04 08:00:00", "in"},
		{"E", "2026-03-05 09:00:00", "human"},
		{"F", "2026-03-05 10:00:00", "in"},
	} {
		rows = append(rows, LogRow("o"+r[0]+"_0123456789", r[2], ClockOf(t, r[1]), fmt.Sprintf("toy%02d", i)))
	}
	return rows
}
