package simulator

import (
	"reflect"
	"regexp"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/wenzheng/wenzheng/models"
)

func months(character Character) HistoryOptions {
	return HistoryOptions{
		Account: testAccount(models.ModeSafe), From: time.Date(2026, 1, 5, 0, 0, 0, 0, models.Shanghai()),
		Days: 90, Character: character, Seed: 7,
	}
}

func TestHistoryIsRepeatable(t *testing.T) {
	one, two := slices.Collect(History(months(Fast))), slices.Collect(History(months(Fast)))
	if len(one) != len(two) {
		t.Fatalf("%d and %d moments", len(one), len(two))
	}
	for i := range one {
		if !reflect.DeepEqual(one[i], two[i]) { // a tenth of the time of cmp.Diff, for thousands of moments
			t.Fatalf("moment %d: %s", i, cmp.Diff(one[i], two[i]))
		}
	}
	other := months(Fast)
	other.Seed = 8
	for m := range History(other) {
		if m.Text == one[0].Text && m.At.Equal(one[0].At) {
			t.Error("another seed begins with the same moment")
		}
		break
	}
}

var openIDForm = regexp.MustCompile(`^[A-Za-z0-9_-]{10,64}$`)

func TestHistoryIsInOrderAndComplete(t *testing.T) {
	var last time.Time
	keys, asked := map[string]bool{}, map[string]time.Time{}
	o := months(Slow)
	for m := range History(o) {
		if m.At.Before(last) || m.At.Before(o.From) || !m.At.Before(o.From.AddDate(0, 0, 90)) {
			t.Fatalf("moment %v after %v", m.At, last)
		}
		last = m.At
		if m.Kind == MomentHuman {
			at, known := asked[m.Key]
			if !known || !m.At.After(at) || m.Staff == "" || m.Text == "" || m.Body != nil {
				t.Fatalf("answer %+v to a question of %v", m, at)
			}
			continue
		}
		ev, err := ReadEvent(o.Account.AppID, m.Body)
		if err != nil || ev.Key != m.Key || ev.CreateTime != m.At.Unix() || ev.OpenID != m.OpenID || !openIDForm.MatchString(m.OpenID) {
			t.Fatalf("callback %+v: %v", m, err)
		}
		if keys[m.Key] {
			t.Fatalf("two events have the key of %+v", m)
		}
		keys[m.Key], asked[m.Key] = true, m.At
	}
}

// TestHistoryHasItsCharacter holds the shape of the months against what each office is
// said to be.
func TestHistoryHasItsCharacter(t *testing.T) {
	type figures struct {
		texts, humans, thanks, left, subscribed, night, weekend int
		waits                                                   []time.Duration
		topics                                                  map[string]int
	}
	measure := func(c Character) figures {
		f := figures{topics: map[string]int{}}
		asked := map[string]time.Time{}
		for m := range History(months(c)) {
			switch m.Kind {
			case MomentText:
				f.texts++
				f.topics[m.Topic]++
				asked[m.Key] = m.At
				if slices.Contains(thanks(), m.Text) {
					f.thanks++
				}
				if m.At.Hour() < 6 {
					f.night++
				}
				if m.At.Weekday() == time.Saturday || m.At.Weekday() == time.Sunday {
					f.weekend++
				}
			case MomentHuman:
				f.humans++
				f.waits = append(f.waits, m.At.Sub(asked[m.Key]))
				if h := m.At.Hour(); h < 9 || h > 21 {
					t.Errorf("%s answers at %v", c, m.At)
				}
			case MomentUnsubscribe:
				f.left++
			case MomentSubscribe:
				f.subscribed++
			}
		}
		slices.Sort(f.waits)
		return f
	}
	fast, slow, posts := measure(Fast), measure(Slow), measure(PostsOnly)
	median := func(f figures) time.Duration { return f.waits[len(f.waits)/2] }
	if fast.texts < 4000 || fast.texts > 12000 {
		t.Errorf("%d texts in 90 days of about 60 a day", fast.texts)
	}
	if m := median(fast); m > time.Hour {
		t.Errorf("the fast office's median wait is %v", m)
	}
	if m := median(slow); m < 8*time.Hour {
		t.Errorf("the slow office's median wait is %v", m)
	}
	if posts.humans != 0 || posts.texts == 0 {
		t.Errorf("the office that only posts gave %d answers to %d texts", posts.humans, posts.texts)
	}
	if slow.left <= fast.left || fast.thanks <= slow.thanks/2 || fast.subscribed == 0 {
		t.Errorf("left %d and %d, thanks %d and %d, new %d", slow.left, fast.left, slow.thanks, fast.thanks, fast.subscribed)
	}
	if fast.night*20 > fast.texts || fast.weekend*4 > fast.texts {
		t.Errorf("%d of %d texts at night, %d at weekends", fast.night, fast.texts, fast.weekend)
	}
	counts := make([]int, 0, len(fast.topics))
	for _, n := range fast.topics {
		counts = append(counts, n)
	}
	slices.Sort(counts)
	if top := counts[len(counts)-1]; top < 4*counts[len(counts)/2] {
		t.Errorf("topics are asked evenly: %v", counts)
	}
}

func TestHistoryStopsWhenAsked(t *testing.T) {
	n := 0
	for range History(months(Fast)) {
		n++
		if n == 10 {
			break
		}
	}
	if n != 10 {
		t.Errorf("%d moments", n)
	}
}

func TestQuestionsAreWhole(t *testing.T) {
	all := Questions()
	if len(all) < 50 {
		t.Fatalf("%d questions", len(all))
	}
	seen := map[string]bool{}
	for _, q := range all {
		if q.Topic == "" || q.Text == "" || q.Answer == "" || seen[q.Text] {
			t.Errorf("question %+v is not whole or there twice", q)
		}
		seen[q.Text] = true
	}
}
