package indices

import (
	"math"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/wenzheng/wenzheng/models"
)

// What a selection counts from sums is what it has one by one, whatever is selected and whatever
// the log is.
func TestSelection_CountsFromSumsWhatItHasOneByOne(t *testing.T) {
	limits, office := DefaultLimits(), mustCalendar(t).Office()
	states := []models.WaitState{"", models.WaitHuman, models.WaitBot, models.WaitExpired, models.WaitLeft, models.WaitOpen}
	samples := []Sample{SampleOpened, SampleDue, SampleHuman}
	rapid.Check(t, func(t *rapid.T) {
		waits := Rebuild(drawRows(t), &limits, office)
		asOf := base + rapid.Int64Range(0, 40*86400).Draw(t, "asOf")
		Carry(nil, waits, asOf)
		s := Selection{Sample: rapid.SampledFrom(samples).Draw(t, "sample"), State: rapid.SampledFrom(states).Draw(t, "state")}
		if i := rapid.IntRange(-1, models.ChatLimits-1).Draw(t, "breach"); i >= 0 {
			s.Breach = &i
		}
		var sums models.WaitSums
		var counted, has int64
		for i := range waits {
			if waits[i].Rolled {
				one := sumsOf(&waits[i], StateAt(&waits[i], asOf), &limits)
				sums.Add(&one, 1)
			} else {
				counted += count(s.Has(&waits[i], &limits, asOf))
			}
			has += count(s.Has(&waits[i], &limits, asOf))
		}
		answered, unanswered := s.Decided(&sums)
		if counted += answered + unanswered; counted != has {
			t.Fatalf("%+v: %d from sums, %d one by one", s, counted, has)
		}
	})
}

func TestSelection_HourOfAsking(t *testing.T) {
	at := func(text string) int64 {
		v, err := time.ParseInLocation(time.DateTime, text, Shanghai())
		if err != nil {
			t.Fatal(err)
		}
		return v.Unix()
	}
	for text, want := range map[string]int{
		"2026-03-02 00:00:00": 0, "2026-03-02 09:59:59": 9, "2026-03-08 23:59:59": 167, "2026-03-09 00:00:00": 0, "1969-12-31 23:00:00": 2*24 + 23,
	} {
		if got := HourOfWeek(at(text)); got != want {
			t.Errorf("%s: hour %d of the week, want %d", text, got, want)
		}
	}
	s := Selection{Weekday: 1, Hour: new(9)}
	if !s.At(at("2026-03-02 09:30:00")) || s.At(at("2026-03-03 09:30:00")) || s.At(at("2026-03-02 10:00:00")) {
		t.Error("Monday from 9 to 10 is not that")
	}
}

// The quantile of single seconds is that of the histogram.
func TestQuantileOf_NearestRank(t *testing.T) {
	seconds := []int64{60, 120, 300, 600, 3600}
	for _, c := range []struct {
		q, n int64
		want Quantile
	}{
		{50, 5, Quantile{N: 5, Seconds: 300}},
		{90, 5, Quantile{N: 5, Seconds: 3600}},
		{90, 6, Quantile{N: 6, Unanswered: true}},
		{50, 11, Quantile{N: 11, Unanswered: true}},
		{50, 10, Quantile{N: 10, Seconds: 3600}},
		{50, 0, Quantile{}},
	} {
		h := histogram{}
		for _, sec := range seconds {
			h.add(&models.ResponseBand{Low: sec, High: sec, Count: 1})
		}
		if got := QuantileOf(c.q, seconds, c.n); got != c.want || got != h.quantile(c.q, c.n) {
			t.Errorf("P%d of %d: %+v, want %+v", c.q, c.n, got, c.want)
		}
	}
}

// A breach of a limit that was changed is held against the limit of its time; the least is what a
// reader may look for.
func TestLimits_Least(t *testing.T) {
	l, err := LimitsOf([]models.Setting{
		{Name: models.SettingLimits, ValidFrom: "2026-03-03", Value: `{"chat_s":[60,3600,7200,172800]}`},
		{Name: models.SettingLimits, ValidFrom: "2026-03-10", Value: `{"chat_s":[300,7200,86400,172800]}`},
	})
	if err != nil {
		t.Fatal(err)
	}
	var got []int64
	for i := range models.ChatLimits {
		got = append(got, l.Least(i))
	}
	if want := []int64{60, 3600, 7200, 172800}; !slices.Equal(got, want) {
		t.Errorf("least %v, want %v", got, want)
	}
	if s := (Selection{Times: &Times{Answered: true, To: math.MaxInt64}}); s.Has(&models.Wait{OpenAt: 1}, &l, 2) {
		t.Error("nobody answered it")
	}
}
