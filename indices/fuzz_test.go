package indices

import (
	"encoding/binary"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/wenzheng/wenzheng/models"
)

// fuzzRows reads eight bytes a row: anything may stand anywhere, absurd times included.
func fuzzRows(data []byte) []models.Interaction {
	kinds := []string{"text", "image", "event", "subscribe", "unsubscribe", "click", "comment", "form", "mass", "news", ""}
	actors := []models.Actor{models.ActorCitizen, models.ActorHuman, models.ActorBot, models.ActorSystem, ""}
	channels := []models.Channel{models.ChannelChat, models.ChannelChat, models.ChannelComment, models.ChannelForm, ""}
	dirs := []models.Dir{models.DirIn, models.DirOut, models.DirOut, ""}
	var rows []models.Interaction
	sec := int64(base)
	for ; len(data) >= 8 && len(rows) < 64; data = data[8:] {
		step := int64(int32(binary.LittleEndian.Uint32(data)))
		switch data[7] >> 6 {
		case 0:
			sec += step % 200000
		case 1:
			sec += step % 2000
		case 2:
			sec = step << (data[7] & 31)
		}
		flags := data[6]
		r := models.Interaction{
			AppID: "wx1", OpenID: string(rune('A' + flags>>7)), At: time.Unix(sec, 0), MsgKey: fmt.Sprint("k", data[5]&31),
			Kind: kinds[int(data[4])%len(kinds)], Actor: actors[int(data[4]>>4)%len(actors)],
			Channel: channels[int(data[5]>>5)%len(channels)], Dir: dirs[flags&3],
			OK: flags&4 != 0, Matched: flags&8 != 0, MenuClick: flags&16 != 0 && flags&32 != 0, Probe: flags&96 == 96,
			ReplyTo: fmt.Sprint("k", data[7]&31), Thread: string(rune('a' + flags>>6&1)),
		}
		if flags&16 != 0 {
			r.MsgKey = ""
		}
		rows = append(rows, r)
	}
	return rows
}

func FuzzRebuild(f *testing.F) {
	f.Add([]byte{})
	f.Add([]byte("in 0, bot 1, in 1200, bot 1201"))
	calendar, err := NewCalendar()
	if err != nil {
		f.Fatal(err)
	}
	limits, office := DefaultLimits(), calendar.Office()
	f.Fuzz(func(t *testing.T, data []byte) {
		rows := fuzzRows(data)
		waits := Rebuild(rows, &limits, office)
		turned := make([]models.Interaction, 0, 2*len(rows))
		for i := range rows {
			turned = append(turned, rows[len(rows)-1-i])
			if rows[i].MsgKey != "" {
				turned = append(turned, rows[i])
			}
		}
		for i := range rows {
			if rows[i].MsgKey != "" {
				turned = append(turned, rows[i])
			}
		}
		if diff := cmp.Diff(waits, Rebuild(turned, &limits, office)); diff != "" {
			t.Fatal(diff)
		}
		checkWaits(t, waits, &limits)
	})
}

// checkWaits holds what must be true of every wait, and of their sums at several instants.
func checkWaits(t *testing.T, waits []models.Wait, limits *Limits) {
	t.Helper()
	for i := range waits {
		w := &waits[i]
		if w.LastInAt < w.OpenAt || w.Messages < 1 || w.AnswerAt != 0 && (w.AnswerAt < w.LastInAt || w.Deadline != 0 || w.BotAt != 0) {
			t.Fatalf("%+v", w)
		}
		if r := StateAt(w, w.OpenAt); r.Waited < 0 {
			t.Fatalf("waited %d: %+v", r.Waited, w)
		}
		if w.OfficeRT < 0 || w.AnswerAt != 0 && w.OfficeRT > w.AnswerAt-w.OpenAt {
			t.Fatalf("office %d: %+v", w.OfficeRT, w)
		}
		if i > 0 && waitThread(w) == waitThread(&waits[i-1]) && w.OpenAt < waits[i-1].LastInAt {
			t.Fatalf("waits overlap: %+v %+v", waits[i-1], w)
		}
	}
	var before [models.ChatLimits]int64
	for asOf := int64(0); asOf <= maxTime+3e5; asOf += maxTime / 7 {
		c := newTally(limits, &models.WaitSums{}, nil, waits, max(asOf, newest(waits)))
		if c.Opened != c.Human+c.Bot+c.Expired+c.Left+c.open || c.open < c.pending || c.TwoWay > c.Sessions {
			t.Fatalf("%+v", c)
		}
		for i := range limits.Chat {
			if c.breach(i) < before[i] || c.need(i) > c.due(i) || c.need(i) < c.OnTimeHuman[i] {
				t.Fatalf("limit %d, breaches were %d: %+v", i, before[i], c)
			}
			before[i] = c.breach(i)
		}
	}
}

func newest(waits []models.Wait) int64 {
	var at int64
	for i := range waits {
		at = max(at, waits[i].LastInAt, waits[i].BotAt, waits[i].AnswerAt, waits[i].LeftAt)
	}
	return at
}

func FuzzParseHolidayCN(f *testing.F) {
	f.Add([]byte(`{"year":2027,"papers":[],"days":[{"name":"元旦","date":"2027-01-01","isOffDay":true}]}`))
	f.Add([]byte(`{"year":2027,"days":[]}`))
	f.Add([]byte(`{"year":2027,"days":[{"date":"2026-12-31"}]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		year, err := ParseHolidayCN(data)
		if err != nil {
			if models.ErrorCode(err) != models.CodeInvalid {
				t.Fatal(err)
			}
			return
		}
		if _, err := NewCalendar(year); err != nil {
			t.Fatal(err)
		}
	})
}

func FuzzOffice(f *testing.F) {
	calendar, err := NewCalendar()
	if err != nil {
		f.Fatal(err)
	}
	f.Add("09:00-12:00,13:30-17:30", int64(base), int64(90000))
	f.Add("00:00-24:00", int64(-1), int64(1))
	f.Add("13:30-17:30,9:00-12:00", int64(1264953600), int64(800000000))
	f.Fuzz(func(t *testing.T, hours string, from, span int64) {
		periods, err := hoursOf(hours)
		if err != nil {
			if models.ErrorCode(err) != models.CodeInvalid {
				t.Fatal(err)
			}
			return
		}
		office := calendar.Office(periods...)
		from, span = from%maxTime, (span%maxTime+maxTime)%maxTime
		if s := office.Seconds(from, from+span); s < 0 || s > span || s != office.Seconds(from, from+span/2)+office.Seconds(from+span/2, from+span) {
			t.Fatalf("%q from %d for %d: %d", hours, from, span, s)
		}
	})
}
