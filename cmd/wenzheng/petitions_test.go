package main

import (
	"context"
	"encoding/csv"
	"math"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/wenzheng/wenzheng/indices"
	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/waits"
	"github.com/wenzheng/wenzheng/wechat/wechattest"
)

// petition is a question with its public answer.
type petition struct {
	id          string
	asked, told time.Time
}

func petitions(t *testing.T, path string) []petition {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	head := rows[0]
	zone := time.FixedZone("", 8*3600)
	var list []petition
	for _, r := range rows[1:] {
		p := petition{id: r[slices.Index(head, "id")]}
		for i, at := range map[string]*time.Time{"asked_at": &p.asked, "replied_at": &p.told} {
			if *at, err = time.ParseInLocation(time.DateTime, r[slices.Index(head, i)], zone); err != nil {
				t.Fatal(err)
			}
		}
		list = append(list, p)
	}
	return list
}

// simply reckons over the raw file, day by day, with nothing of the program but the table of
// workdays.
type simply struct {
	calendar *indices.Calendar
	list     []petition
}

func (s *simply) seconds() []float64 {
	var v []float64
	for _, p := range s.list {
		v = append(v, p.told.Sub(p.asked).Seconds())
	}
	slices.Sort(v)
	return v
}

func (s *simply) workdays(p petition) int {
	n, last := 0, p.told.Format(time.DateOnly)
	for day := p.asked; day.Format(time.DateOnly) != last; {
		if day = day.AddDate(0, 0, 1); s.calendar.Workday(day) {
			n++
		}
	}
	return n
}

func (s *simply) officeSeconds(p petition) float64 {
	sum := 0.0
	for day := p.asked.AddDate(0, 0, -1); !day.After(p.told.AddDate(0, 0, 1)); day = day.AddDate(0, 0, 1) {
		if !s.calendar.Workday(day) {
			continue
		}
		for _, span := range [][2]float64{{9, 12}, {13.5, 17.5}} {
			at := func(h float64) time.Time {
				return time.Date(day.Year(), day.Month(), day.Day(), 0, int(h*60), 0, 0, day.Location())
			}
			from, to := at(span[0]), at(span[1])
			if p.asked.After(from) {
				from = p.asked
			}
			if p.told.Before(to) {
				to = p.told
			}
			sum += max(0, to.Sub(from).Seconds())
		}
	}
	return sum
}

func mean(v []float64) float64 {
	sum := 0.0
	for _, x := range v {
		sum += x
	}
	return sum / float64(len(v))
}

// TestPetitions imports two years of questions and answers as forms, around holidays, weekends and the
// hours of the office, and holds what the program makes of them against a plain reckoning over the file.
// Where ten years of real ones lie beside the repository, they are taken as well.
func TestPetitions(t *testing.T) {
	checkPetitions(t, petitions(t, "testdata/petitions.csv"))
	if path, there := wechattest.Beside(t, "data", "hunan", "replied.csv"); there {
		checkPetitions(t, petitions(t, path))
	}
}

func checkPetitions(t *testing.T, list []petition) {
	t.Helper()
	o := newOffice(t, "")
	o.must("migrate", "up")
	o.addAccount()
	var b strings.Builder
	b.WriteString("account,openid,at,channel,dir,actor,kind,msg_key,reply_to,staff\n")
	first, last := list[0].asked, list[0].asked
	for _, p := range list {
		if first.After(p.asked) {
			first = p.asked
		}
		if last.Before(p.asked) {
			last = p.asked
		}
		b.WriteString(o.account.AppID + ",c" + p.id + "," + p.asked.Format(time.DateTime) + ",form,in,citizen,form," + p.id + ",,\n")
		b.WriteString(o.account.AppID + ",c" + p.id + "," + p.told.Format(time.DateTime) + ",form,out,human,form_reply," + p.id + "-a," + p.id + ",office\n")
	}
	begin := time.Now()
	o.must("log", "import", o.write("petitions.csv", b.String()))
	took := time.Since(begin)
	r := o.indices("--from", first.Format(time.DateOnly), "--to", last.Format(time.DateOnly), "--channel", "form")
	account := look(t, r, "accounts.0")
	got := func(path string) float64 {
		v, ok := look(t, account, path).(float64)
		if !ok {
			t.Fatalf("%s: %v", path, look(t, account, path))
		}
		return v
	}
	calendar, err := indices.NewCalendar()
	if err != nil {
		t.Fatal(err)
	}
	s := simply{calendar, list}
	rt := s.seconds()
	n := len(rt)
	within, u := 0.0, 0.0
	var office []float64
	for _, p := range list {
		office = append(office, s.officeSeconds(p))
		x := p.told.Sub(p.asked).Seconds()
		if x <= 172800 {
			within++
		}
		u += math.Round(1e6*math.Min(1, math.Max(0, math.Log(172800/x)/math.Log(960)))) / 1e6
	}
	for _, c := range []struct {
		name      string
		got, want float64
	}{
		{"n", got("response.n"), float64(n)},
		{"P50 s", got("response.p50_s"), rt[int(math.Ceil(float64(n)*.5))-1]},
		{"P90 s", got("response.p90_s"), rt[int(math.Ceil(float64(n)*.9))-1]},
		{"mean s", got("response.mean_s"), mean(rt)},
		{"office mean s", got("response.office_mean_s"), mean(office)},
		{"48 h rate %", got("limits.3.rate"), 100 * within / float64(n)},
		{"RTI", got("rti.value"), 100 * u / float64(n)},
	} {
		t.Logf("%s: %.4f", c.name, c.got)
		if math.Abs(c.got-c.want) > 1e-6*math.Max(1, c.want) {
			t.Errorf("%s: %v, want %v", c.name, c.got, c.want)
		}
	}
	o.checkWorkdays(t, &s)
	if v := o.must("log", "verify"); v != "0 differences\n" {
		t.Error(v)
	}
	t.Logf("%d rows imported in %v", 2*n, took.Round(time.Millisecond))
}

// checkWorkdays compares the shares answered within so many working days, and the case scale.
func (o *office) checkWorkdays(t *testing.T, s *simply) {
	t.Helper()
	limits := []int{1, 2, 5, 15}
	want := make([]int, len(limits))
	points := 0.0
	for _, p := range s.list {
		days := s.workdays(p)
		points += math.Min(1, math.Max(0, math.Log(15/math.Max(1, float64(days)))/math.Log(15)))
		for i, limit := range limits {
			if days <= limit {
				want[i]++
			}
		}
	}
	got := make([]int, len(limits))
	in := indices.Inputs{Office: s.calendar.Office(), AsOf: time.Now()}
	o.withStore(func(st *installation) error {
		list, err := st.waits.Opened(context.Background(), waits.Window{
			AppID: o.account.AppID, Channel: models.ChannelForm, From: time.Unix(0, 0), To: time.Now(),
		})
		for i := range list {
			w := &list[i]
			asked, told := time.Unix(w.OpenAt, 0), time.Unix(w.AnswerAt, 0)
			days := s.calendar.ElapsedWorkdays(asked, told)
			for k, limit := range limits {
				if days <= limit {
					got[k]++
				}
			}
			in.Cases = append(in.Cases, indices.Case{ID: w.OpenKey, Category: indices.CaseComplex, Spells: []indices.Spell{{From: asked, To: told}}})
		}
		return err
	})
	if !slices.Equal(got, want) {
		t.Errorf("within %v working days: %v, want %v", limits, got, want)
	}
	r := indices.Compute(&in)
	for i, limit := range limits {
		t.Logf("within %2d working days: %.2f %%", limit, 100*float64(got[i])/float64(len(s.list)))
	}
	scale := 100 * points / float64(len(s.list))
	if r.Cases.Index == nil || math.Abs(*r.Cases.Index-scale) > .001 {
		t.Fatalf("case scale %v, want %v", r.Cases.Index, scale)
	}
	t.Logf("case scale: %.2f", *r.Cases.Index)
}
