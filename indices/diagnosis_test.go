package indices

import (
	"fmt"
	"math"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/store/storetest"
)

// postsBy returns so many posts by topic, percent of 20.
func postsBy(t testing.TB, shares ...float64) []Article {
	t.Helper()
	var list []Article
	for topic, share := range shares {
		for range int(math.Round(share * 20)) {
			list = append(list, Article{Topic: fmt.Sprint("t", topic), Form: fmt.Sprint(len(list) % 4), PublishedAt: clock(t, "2026-03-04 09:00")})
		}
	}
	return list
}

func finding(t testing.TB, in *Inputs, p Problem) Finding {
	t.Helper()
	for _, f := range Compute(in).Diagnosis {
		if f.Problem == p {
			return f
		}
	}
	t.Fatalf("no problem %s", p)
	return Finding{}
}

func TestEntropy(t *testing.T) {
	for _, c := range []struct {
		shares []float64
		want   float64
	}{{[]float64{.3, .25, .2, .15, .1}, .960}, {[]float64{.7, .1, .1, .05, .05}, .627}, {[]float64{1}, 0}} {
		p := map[string]float64{}
		for i, x := range c.shares {
			p[fmt.Sprint(i)] = x
		}
		got, top := Entropy(p, len(p))
		if math.Abs(got-c.want) > .0005 || top != c.shares[0] {
			t.Errorf("%v: %.4f, top %v", c.shares, got, top)
		}
	}
}

func TestDivergence(t *testing.T) {
	a, b := map[string]float64{"x": 1}, map[string]float64{"y": 1}
	half := map[string]float64{"x": .5, "y": .5}
	for _, c := range []struct {
		p, q map[string]float64
		want float64
	}{{a, a, 0}, {a, b, 1}, {b, a, 1}, {a, half, .3112781}} {
		if got := Divergence(c.p, c.q); math.Abs(got-c.want) > 1e-6 {
			t.Errorf("%v %v: %v, want %v", c.p, c.q, got, c.want)
		}
	}
}

func TestDiagnosis(t *testing.T) {
	for _, c := range []struct {
		name     string
		problem  Problem
		set      func(*Inputs)
		fired    bool
		severity Severity
	}{
		{"spread over topics", UnclearAim, func(in *Inputs) { in.Articles = postsBy(t, .3, .25, .2, .15, .1) }, true, SeverityAmber},
		{"one topic leads", UnclearAim, func(in *Inputs) { in.Articles = postsBy(t, .7, .1, .1, .05, .05) }, false, ""},
		{"too few posts", UnclearAim, func(in *Inputs) { in.Articles = postsBy(t, .2, .2, .2, .2) }, false, ""},
		{"other topics are asked", UnclearAim, func(in *Inputs) {
			in.Articles = postsBy(t, .7)
			in.Diagnosis.Asks = map[string]int64{"社保": 9}
		}, true, SeverityAmber},
		{"nobody reads to the end", ClutteredPush, func(in *Inputs) { in.Articles[0].FinishRate = new(29.9) }, true, SeverityAmber},
		{"half read to the end", ClutteredPush, func(in *Inputs) { in.Articles[0].FinishRate = new(50.) }, false, ""},
		{"a tail nobody reads", ClutteredPush, func(in *Inputs) { in.Articles = push(5, 50) }, true, SeverityAmber},
		{"a tail that is read", ClutteredPush, func(in *Inputs) { in.Articles = push(5, 100) }, false, ""},
		{"a short push", ClutteredPush, func(in *Inputs) { in.Articles = push(4, 1) }, false, ""},
		{"unfollowed after a push", ClutteredPush, func(in *Inputs) {
			in.Diagnosis.UnfollowsAfterPush, in.Diagnosis.UnfollowsADay = map[string]int64{"p": 9}, 4
		}, true, SeverityAmber},
		{"text and image only", OneForm, func(in *Inputs) { in.Articles = oneFormPosts(18, 2) }, true, SeverityNotice},
		{"several forms", OneForm, func(in *Inputs) { in.Articles = oneFormPosts(17, 3) }, false, ""},
		{"19 posts of one form", OneForm, func(in *Inputs) { in.Articles = oneFormPosts(19, 0) }, false, ""},
		{"the toy", LittleReply, func(*Inputs) {}, false, ""},
		{"few answers", LittleReply, func(in *Inputs) { in.Sums.Expired += 2 }, true, SeverityAmber},
		{"probe failed", LittleReply, func(in *Inputs) { in.Probes.Latest = new(false) }, true, SeverityRed},
		{"surge unanswered", WeakGuidance, func(in *Inputs) { in.Diagnosis.Surges = []Surge{surge(in, 49, 0, false)} }, true, SeverityRed},
		{"surge still in time", WeakGuidance, func(in *Inputs) { in.Diagnosis.Surges = []Surge{surge(in, 47, 0, false)} }, false, ""},
		{"major surge", WeakGuidance, func(in *Inputs) { in.Diagnosis.Surges = []Surge{surge(in, 6, 0, true)} }, true, SeverityRed},
		{"major surge answered", WeakGuidance, func(in *Inputs) { in.Diagnosis.Surges = []Surge{surge(in, 60, 56, true)} }, false, ""},
		{"registered", LowEntryBar, func(in *Inputs) {
			in.Diagnosis.Registration = &Registration{Verified: true, FilingNumber: "1", Owner: "a", Operator: "a"}
		}, false, ""},
		{"idle sibling", LowEntryBar, func(in *Inputs) {
			in.Diagnosis.Registration = &Registration{Verified: true, FilingNumber: "1", Siblings: []Sibling{{"b", 14}}}
		}, true, SeverityAmber},
		{"not registered", LowEntryBar, func(in *Inputs) { in.Diagnosis.Registration = &Registration{} }, true, SeverityAmber},
		{"8 days silent", WeakManagement, quiet(8), true, SeverityNotice},
		{"10 days silent", WeakManagement, quiet(10), true, SeverityAmber},
		{"14 days silent", WeakManagement, quiet(14), true, SeverityVeto},
		{"6 days silent", WeakManagement, quiet(6), false, ""},
		{"old case", WeakManagement, func(in *Inputs) {
			quiet(1)(in)
			in.Cases = []Case{{ID: "c", Spells: []Spell{{From: clock(t, "2026-01-05 09:00")}}}}
		}, true, SeverityAmber},
		{"unassigned", WeakManagement, func(in *Inputs) { quiet(1)(in); in.Live[0].Assignee = "" }, true, SeverityAmber},
		{"not reviewed", WeakManagement, func(in *Inputs) { quiet(1)(in); in.Diagnosis.Unreviewed = []string{"k"} }, true, SeverityAmber},
		{"log lost", WeakManagement, func(in *Inputs) { quiet(1)(in); in.Log[0].Logged = 989 }, true, SeverityAmber},
	} {
		in := toyInputs(t, true)
		for i := range in.Live {
			in.Live[i].Assignee = "s1"
		}
		c.set(&in)
		f := finding(t, &in, c.problem)
		var severity Severity
		if f.Severity != nil {
			severity = *f.Severity
		}
		if f.Fired != c.fired || severity != c.severity {
			t.Errorf("%s: fired %v %q, want %v %q: %+v", c.name, f.Fired, severity, c.fired, c.severity, f.Evidence)
		}
	}
}

func push(n int, tailReads int64) []Article {
	list := []Article{{Push: "p", Headline: true, Reads: 1000}}
	for len(list) < n {
		list = append(list, Article{Push: "p", Reads: tailReads})
	}
	return list
}

func oneFormPosts(same, other int) []Article {
	var list []Article
	for i := range same + other {
		form := "图文"
		if i >= same {
			form = "视频"
		}
		list = append(list, Article{Form: form})
	}
	return list
}

// surge of so many hours before as_of, answered so many hours before it (0 = never).
func surge(in *Inputs, hours, answered int, major bool) Surge {
	s := Surge{Topic: "停水", At: in.AsOf.Add(-time.Duration(hours) * time.Hour), Asks: 10, DailyMean: 2, Major: major}
	if answered > 0 {
		s.Answered = in.AsOf.Add(-time.Duration(answered) * time.Hour)
	}
	return s
}

func quiet(days int) func(*Inputs) {
	return func(in *Inputs) { in.Publications = []time.Time{in.AsOf.AddDate(0, 0, -days)} }
}

func TestUncheckedProblems(t *testing.T) {
	for _, f := range Compute(&Inputs{}).Diagnosis {
		if f.Checked || f.Fired || f.Severity != nil {
			t.Errorf("%s was found in nothing: %+v", f.Problem, f)
		}
	}
}

func TestEpisodes(t *testing.T) {
	end := func(day int) time.Time { return time.Date(2026, 3, day, 0, 0, 0, 0, Shanghai()) }
	fired, clean := Finding{Problem: OneForm, Checked: true, Fired: true}, Finding{Problem: OneForm, Checked: true}
	unknown := Finding{Problem: OneForm}
	var e *Episode
	var got []string
	for day, f := range []Finding{clean, fired, clean, fired, clean, unknown, clean, clean, fired} {
		e = Advance(e, f, end(day+1))
		e = Advance(e, f, end(day+1)) // a window counts once
		switch {
		case e == nil:
			got = append(got, "none")
		case e.Cleared != nil:
			got = append(got, fmt.Sprintf("cleared %d", e.Cleared.Day()))
		default:
			got = append(got, fmt.Sprintf("%d-%d clean %d", e.FirstSeen.Day(), e.LastSeen.Day(), e.Clean))
		}
	}
	want := []string{
		"none", "2-2 clean 0", "2-2 clean 1", "2-4 clean 0", "2-4 clean 1", "2-4 clean 1", "cleared 7", "cleared 7", "9-9 clean 0",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestSurges(t *testing.T) {
	bounds := DefaultThresholds()
	start := clock(t, "2026-03-01 09:00")
	var asks []Asks
	for day := range 7 { // two a day
		hour := start.AddDate(0, 0, day).Unix()
		asks = append(asks, Asks{"停水", hour, 1}, Asks{"停水", hour, 1}, Asks{"社保", hour, 2}, Asks{"", start.Unix(), 2})
	}
	rush := start.AddDate(0, 0, 8)
	add := func(after time.Duration, n int64) []Surge {
		asks = append(asks, Asks{"停水", rush.Add(after).Unix(), n})
		slices.Reverse(asks)
		return Surges(asks, start.Unix(), &bounds)
	}
	if got := add(0, 9); len(got) != 0 {
		t.Errorf("nine asks: %+v", got)
	}
	// The day before the rush falls out of the 24 hours, the first day out of the 8 days.
	want := []Surge{{Topic: "停水", At: rush.Add(time.Hour), Asks: 12, DailyMean: 12. / 7}}
	if diff := cmp.Diff(want, add(time.Hour, 3)); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(want, add(2*time.Hour, 1)); diff != "" {
		t.Errorf("it is one surge:\n%s", diff)
	}
	if got := add(25*time.Hour, 10); len(got) != 1 || !got[0].At.Equal(rush.Add(time.Hour)) {
		t.Errorf("the next day's 11 are less than five times the mean of a week with 22: %+v", got)
	}
	want = []Surge{{Topic: "停水", At: rush.Add(26 * time.Hour), Asks: 190, DailyMean: 23. / 7}}
	if diff := cmp.Diff(want, add(26*time.Hour, 180)); diff != "" {
		t.Error(diff)
	}
}

// Days tell where a rise may be, and what lies before is not missed.
func TestRisingMissesNoSurge(t *testing.T) {
	bounds := DefaultThresholds()
	start := clock(t, "2026-03-01 00:00").Unix()
	rapid.Check(t, func(t *rapid.T) {
		const length = 14
		var asks []Asks
		days := make([]int64, length)
		for range rapid.IntRange(0, 40).Draw(t, "hours") {
			hour, n := rapid.IntRange(0, 24*length-1).Draw(t, "hour"), rapid.Int64Range(1, 8).Draw(t, "n")
			asks = append(asks, Asks{"停水", start + int64(hour)*3600, n})
			days[hour/24] += n
		}
		want := Surges(asks, start+models.SurgeLead*daySeconds, &bounds)
		first, rising := Rising(days, &bounds)
		from := start + int64(first)*daySeconds
		got := []Surge{}
		if rising {
			got = Surges(slices.DeleteFunc(asks, func(a Asks) bool { return a.Hour < from-8*daySeconds }), from, &bounds)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatal(diff)
		}
	})
	if _, rising := Rising([]int64{9, 9, 9, 9, 9, 9, 9, 9, 9, 9}, &bounds); rising {
		t.Error("as many as ever are no rise")
	}
}

func TestRatings(t *testing.T) {
	waits := rebuildScript(t, "in 0, human 60, in 70, human 80, in 90")
	ratings := []models.Rating{
		{AppID: storetest.AppA, UID: "A", At: time.Unix(base+70, 0), Satisfied: true},
		{AppID: storetest.AppA, UID: "A", At: time.Unix(base+100, 0), Satisfied: false},
		{AppID: storetest.AppA, UID: "A", At: time.Unix(base+99, 0), Satisfied: true},
		{AppID: storetest.AppA, UID: "A", At: time.Unix(base+59, 0)},
		{AppID: storetest.AppA, UID: "B", At: time.Unix(base+99, 0)},
	}
	if n := AssignRatings(waits, ratings); n != 2 {
		t.Errorf("%d ratings of no wait, want 2", n)
	}
	var got []string
	for i := range waits {
		got = append(got, fmt.Sprint(waits[i].Rated, "/", waits[i].Satisfied))
	}
	if diff := cmp.Diff([]string{"true/true", "true/false", "false/false"}, got); diff != "" {
		t.Error(diff)
	}
	limits := DefaultLimits()
	var sum models.WaitSums
	r := contribution(&limits, waits[:2]...)
	for i := range r.Hours {
		sum.Add(&r.Hours[i].WaitSums, 1)
	}
	if sum.Rated != 2 || sum.Satisfied != 1 {
		t.Errorf("%+v", sum)
	}
}

func TestEvidenceReadsAsPeopleSpeak(t *testing.T) {
	r := Compute(&Inputs{
		To: time.Unix(1, 0), AsOf: time.Unix(400_000, 0), Sums: models.WaitSums{Opened: 3, Expired: 3}, Recent: &Recent{Sums: models.WaitSums{Opened: 3, Expired: 3}},
		Diagnosis: DiagnosisInputs{Registration: &Registration{Verified: true}},
	})
	var got []string
	for _, f := range r.Diagnosis {
		for _, e := range f.Evidence {
			got = append(got, e.Text)
		}
	}
	want := []string{
		"48 小时响应率（%） 0，界限 80（本产品默认），样本 3", "响应时长中位数（小时，未答按 48 小时计） 48，界限 24（本产品默认），样本 3",
		"至 1970-01-01 的 14 天内有群众诉求而无一次人工答复，未提供有效互动功能（国办秘函〔2019〕19号）：是", "账号未认证：否", "缺少备案号：是", "主办与运营单位不一致：否", "本部门闲置账号数 0，界限 0（国办秘函〔2019〕19号），样本 0",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestAsksWithoutATopicDivergeFromNothing(t *testing.T) {
	r := Compute(&Inputs{
		Articles:  []Article{{Topic: "住房"}, {Topic: "住房"}},
		Diagnosis: DiagnosisInputs{Asks: map[string]int64{"": 900, "住房": 10}},
	})
	for _, e := range r.Diagnosis[0].Evidence {
		if e.Measure == "divergence" && e.Value != 0 {
			t.Errorf("posts on what is asked diverge by %v", e.Value)
		}
	}
}
