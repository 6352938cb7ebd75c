package cases

import (
	"context"
	"slices"
	"strings"
	"sync"
	"testing"
)

// Reminders are given on the working day before the limit, on that day and on each working day after it,
// at nine, once, whichever of two instances does so; they change nothing that somebody is at work on.
func TestRemind_OncePerCaseAndDay(t *testing.T) {
	everyDatabase(t, func(t *testing.T, o *office) {
		ctx := context.Background()
		both := []*office{o, o.sibling()}
		o.at("2026-03-02 10:00") // Monday
		asked := o.submits(Consult, "a", "社保怎么补缴")
		o.must(wang, &asked, Act{Step: Accept, Unit: "人社局"}) // due on Wednesday
		o.submits(Complaint, "b", "路灯坏了")                    // to be accepted by Tuesday
		over := o.submits(Complaint, "c", "已经办了")
		o.must(wang, &over, Act{Step: Accept, Unit: "城管局"})
		o.must(wang, &over, Act{Step: Submit, Text: "已清运"})
		o.must(manager, &over, Act{Step: Approve})
		for _, test := range []struct {
			at       string
			want     int
			reminded Reminded
		}{
			{"2026-03-02 11:00", 0, Reminded{}}, // what came today was not there at nine
			{"2026-03-03 08:59", 0, Reminded{}},
			{"2026-03-03 09:00", 2, Reminded{Today: 1, Soon: 1}},
			{"2026-03-03 14:00", 0, Reminded{Today: 1, Soon: 1}},
			{"2026-03-04 09:01", 2, Reminded{Today: 1, Overdue: 1}},
			{"2026-03-05 18:00", 0, Reminded{}}, // nobody was there all day
			{"2026-03-06 17:59", 2, Reminded{Overdue: 2}},
			{"2026-03-07 09:00", 0, Reminded{}}, // Saturday
			{"2026-03-09 09:00", 2, Reminded{Overdue: 2}},
		} {
			o.at(test.at)
			var wg sync.WaitGroup
			given := make([]int, 2)
			for i, one := range both {
				wg.Go(func() {
					n, _, err := one.Remind(ctx)
					if err != nil {
						t.Error(err)
					}
					given[i] = n
				})
			}
			wg.Wait()
			if n := given[0] + given[1]; n != test.want {
				t.Errorf("%s: %v reminders, want %d", test.at, given, test.want)
			}
			if got, err := o.Reminded(ctx, o.account.AppID); err != nil || got != test.reminded {
				t.Errorf("%s: reminded of %+v, %v", test.at, got, err)
			}
		}
		c := mustCase(t, o, wang, asked.Number)
		var texts []string
		for _, e := range c.Events {
			if e.Kind == "reminded" {
				texts = append(texts, e.At.Format("01-02 15:04 ")+e.Text)
			}
		}
		want := []string{
			"03-03 09:00 办结期限 3月4日 17:30，下一个工作日到期；经办 wang", "03-04 09:01 办结期限 3月4日 17:30，今天到期；经办 wang",
			"03-06 17:59 办结期限 3月4日 17:30，已超 2 个工作日；经办 wang，请主管督办", "03-09 09:00 办结期限 3月4日 17:30，已超 3 个工作日；经办 wang，请主管督办",
		}
		if !slices.Equal(texts, want) || c.Version != asked.Version || !c.RemindedAt.Equal(o.clock.Now()) {
			t.Errorf("version %d, reminded at %s:\n%s", c.Version, c.RemindedAt, strings.Join(texts, "\n"))
		}
		if err := o.does(wang, &asked, Act{Step: Submit, Text: "可以补缴"}); err != nil {
			t.Error(err)
		}
		if again := mustCase(t, o, wang, asked.Number); !again.RemindedAt.Equal(c.RemindedAt) {
			t.Errorf("reminded at %s after a step", again.RemindedAt)
		}
	})
}

func TestReminded_Text(t *testing.T) {
	r := Reminded{Overdue: 2, Today: 1}
	if got := r.Text(); got != "工单2 个已超期，1 个今天到期。\n请经办的坐席在“工单”页办理；超期的请主管在“督查”页催办。" {
		t.Error(got)
	}
}
