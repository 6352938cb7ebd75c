package cases

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/store/storetest"
)

func TestNumber_CheckDigit(t *testing.T) {
	made := number(morning, 1)
	if made != "260302000013" || models.ShownNumber(made) != "2603 0200 0013" {
		t.Errorf("number %s, shown %s", made, models.ShownNumber(made))
	}
	for typed, want := range map[string]string{
		"2603 0200 0013": made, "２６０３　０２００　００１３": made, "2603-0200-0013": made,
		"260302000014": "", "260302000031": "", "26030200001": "", "26030200001x": "", "": "",
	} {
		got, err := ParseNumber(typed)
		if got != want || (err == nil) != (want != "") {
			t.Errorf("%q read as %q, %v", typed, got, err)
		}
	}
}

// journeys are cases with what is done to them, each step with the state behind it, or the code of its
// refusal.
var journeys = []struct {
	name  string
	kind  Kind
	steps []journeyStep
}{
	{"answered", Complaint, []journeyStep{
		{wang, Act{Step: Submit, Text: "x"}, "", CodeNotAllowed},
		{wang, Act{Step: Approve}, "", models.CodeForbidden},
		{manager, Act{Step: Accept}, "", models.CodeForbidden},
		{wang, Act{Step: Accept, Text: "x"}, "", models.CodeInvalid},
		{wang, Act{Step: Accept}, Accepted, ""},
		{wang, Act{Step: Accept}, "", CodeNotAllowed},
		{wang, Act{Step: Ask, Text: "在哪里？"}, "", CodeNotAllowed}, // nobody to ask
		{wang, Act{Step: Submit, Text: "x"}, "", CodeNotAllowed},
		{wang, Act{Step: Return, Text: "x"}, "", CodeNotAllowed},
		{wang, Act{Step: Assign}, "", models.CodeInvalid},
		{wang, Act{Step: Assign, Unit: "城管局", Handler: "nobody"}, "", models.CodeInvalid},
		{wang, Act{Step: Assign, Unit: "城管局", Handler: "li"}, Handling, ""},
		{li, Act{Step: Return}, "", models.CodeInvalid},
		{li, Act{Step: Return, Text: "不归我们管"}, Handling, ""},
		{manager, Act{Step: Assign, Unit: "路灯所"}, Handling, ""},
		{manager, Act{Step: Urge}, Handling, ""},
		{li, Act{Step: Submit}, "", models.CodeInvalid},
		{li, Act{Step: Draft, Text: "已经修好"}, Handling, ""},
		{li, Act{Step: Submit}, Review, ""},
		{li, Act{Step: Draft, Text: "x"}, "", CodeNotAllowed},
		{manager, Act{Step: Approve, Of: OfExtension}, "", CodeNotAllowed},
		{manager, Act{Step: Refuse}, "", models.CodeInvalid},
		{manager, Act{Step: Refuse, Text: "写明是哪天"}, Handling, ""},
		{li, Act{Step: Submit, Text: "3 月 3 日已经修好"}, Review, ""},
		{manager, Act{Step: Approve}, Closed, ""},
		{manager, Act{Step: Urge}, "", CodeNotAllowed},
		{wang, Act{Step: Reopen, Text: "x"}, "", models.CodeForbidden},
		{manager, Act{Step: Reopen, Text: "又坏了"}, Handling, ""},
		{li, Act{Step: Submit, Text: "换了新灯"}, Review, ""},
		{manager, Act{Step: Approve}, Closed, ""},
	}},
	{"rejected", Report, []journeyStep{
		{wang, Act{Step: Reject}, "", models.CodeInvalid},
		{wang, Act{Step: Reject, Text: "不属于本级管辖"}, Review, ""},
		{manager, Act{Step: Refuse, Text: "属于"}, Submitted, ""},
		{wang, Act{Step: Reject, Text: "请向法院提出"}, Review, ""},
		{manager, Act{Step: Approve}, Rejected, ""},
		{manager, Act{Step: Reopen, Text: "x"}, "", CodeNotAllowed},
	}},
	{"extended", Consult, []journeyStep{
		{wang, Act{Step: Extend, Days: 1, Text: "x"}, "", CodeNotAllowed},
		{wang, Act{Step: Accept, Unit: "人社局"}, Handling, ""},
		{wang, Act{Step: Extend, Text: "x"}, "", models.CodeInvalid},
		{wang, Act{Step: Extend, Days: 3, Text: "x"}, "", models.CodeInvalid}, // the limit is 2
		{wang, Act{Step: Extend, Days: 2, Text: "要核对档案"}, Handling, ""},
		{wang, Act{Step: Extend, Days: 2, Text: "x"}, "", CodeNotAllowed},
		{manager, Act{Step: Refuse, Text: "不必"}, Handling, ""},
		{wang, Act{Step: Extend, Days: 2, Text: "确要核对"}, Handling, ""},
		{wang, Act{Step: Submit, Text: "可以补缴"}, Review, ""},
		{manager, Act{Step: Approve, Of: OfExtension}, Review, ""},
		{manager, Act{Step: Refuse, Text: "补充依据"}, Handling, ""},
		{wang, Act{Step: Extend, Days: 1, Text: "x"}, "", CodeNotAllowed}, // once
	}},
}

type journeyStep struct {
	who     models.Who
	act     Act
	state   State
	refused string
}

func TestAct_Table(t *testing.T) {
	everyDatabase(t, func(t *testing.T, o *office) {
		done := int64(len(journeys)) // of what is audited: that each began
		for _, j := range journeys {
			c := o.submits(j.kind, "j-"+j.name, "人民路的路灯坏了")
			for i, s := range j.steps {
				version := c.Version
				may := slices.Contains(mustCase(t, o, s.who, c.Number).Allowed, s.act.Step)
				err := o.does(s.who, &c, s.act)
				name := fmt.Sprintf("%s %d: %s by %s", j.name, i, s.act.Step, s.who.Name)
				if models.ErrorCode(err) != s.refused || s.refused == "" && (err != nil || c.State != s.state || c.Version != version+1) {
					t.Fatalf("%s: %v, state %s, want %s %s", name, err, c.State, s.state, s.refused)
				}
				if s.refused == "" {
					done++
				}
				if wrongInput := s.refused == models.CodeInvalid || s.act.Of != ""; may != (s.refused == "") && !wrongInput {
					t.Errorf("%s: offered %v", name, may)
				}
			}
		}
		if audited := o.number("SELECT COUNT(*) FROM audit WHERE action LIKE 'case.%'"); audited != done {
			t.Errorf("%d audit entries of %d", audited, done)
		}
		if _, err := o.store.VerifyAudit(context.Background()); err != nil {
			t.Error(err)
		}
	})
}

// TestAct_SensitiveWords: what citizens would read with such a word is refused as an agent's message is,
// when it is written and when it is released.
func TestAct_SensitiveWords(t *testing.T) {
	o := newOffice(t, current.SQLite(t))
	words := []models.Setting{{Name: models.SettingWordsSensitive, Value: "内部号码"}}
	const bad = "请打内部 号码"
	refused := func(who models.Who, c *Detail, q Act) {
		t.Helper()
		o.account.Settings = words
		if err := o.does(who, c, q); models.ErrorCode(err) != models.CodeInvalid || !strings.Contains(err.Error(), "敏感词“内部号码”") {
			t.Errorf("%s: %v", q.Step, err)
		}
		o.account.Settings = nil
	}
	c := o.submits(Consult, "k1", "问一问")
	refused(wang, &c, Act{Step: Reject, Text: bad})
	o.must(wang, &c, Act{Step: Accept, Unit: "城管局"})
	refused(wang, &c, Act{Step: Submit, Text: bad})
	o.must(wang, &c, Act{Step: Draft, Text: bad})
	refused(wang, &c, Act{Step: Submit})
	o.must(wang, &c, Act{Step: Submit, Text: bad})
	refused(manager, &c, Act{Step: Approve})
	o.must(manager, &c, Act{Step: Refuse, Text: "有敏感词"})
	o.must(wang, &c, Act{Step: Submit, Text: "请到大厅"})
	o.account.Settings = words
	o.must(manager, &c, Act{Step: Approve})
}

func mustCase(t testing.TB, o *office, who models.Who, number string) Detail {
	t.Helper()
	rights := handling
	if who == manager {
		rights = supervising
	}
	d, err := o.Case(context.Background(), who, rights, o.account.AppID, number)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// One person, two roles: what somebody wrote is approved by somebody else.
func TestAct_AuthorDoesNotReview(t *testing.T) {
	o := newOffice(t, current.SQLite(t))
	ctx := context.Background()
	all := func(q Act, c *Detail) error {
		q.AppID, q.Number, q.Version, q.Rights = c.AppID, c.Number, c.Version, EveryRight()
		d, err := o.Act(ctx, wang, q)
		if err == nil {
			*c = d
		}
		return err
	}
	c := o.submits(Complaint, "k", "路灯坏了")
	for _, q := range []Act{{Step: Accept, Unit: "城管局"}, {Step: Extend, Days: 1, Text: "要等零件"}, {Step: Submit, Text: "修好了"}} {
		if err := all(q, &c); err != nil {
			t.Fatal(err)
		}
	}
	for _, q := range []Act{{Step: Approve}, {Step: Refuse, Text: "x"}, {Step: Approve, Of: OfExtension}} {
		wantCode(t, all(q, &c), models.CodeSamePerson)
	}
	if c.Version = 1; true {
		wantCode(t, all(Act{Step: Approve}, &c), models.CodeConflict)
	}
	_, err := o.Case(ctx, wang, handling, storetest.AppB, c.Number)
	wantCode(t, err, models.CodeNotFound)
}

// The deadlines are working days of the account's calendar; what is late is known to the second.
func TestLimits_WorkingDays(t *testing.T) {
	o := newOffice(t, current.SQLite(t))
	for i, test := range []struct {
		at      string
		kind    Kind
		complex bool
		accept  string
		due     string
	}{
		{"2026-02-14 10:00", Complaint, false, "2026-02-24 17:30", "2026-02-28 17:30"}, // the Spring Festival, and a Saturday that is worked
		{"2026-02-14 10:00", Complaint, true, "2026-02-24 17:30", "2026-03-13 17:30"},
		{"2026-03-06 18:00", Consult, false, "2026-03-09 17:30", "2026-03-10 17:30"},
	} {
		o.at(test.at)
		c, err := o.Submit(context.Background(), wang, Submission{AppID: o.account.AppID, Key: fmt.Sprint(i), Kind: test.kind, Text: "x", Complex: test.complex, Rights: handling})
		if err != nil {
			t.Fatal(err)
		}
		const layout = "2006-01-02 15:04"
		if c.DueAcceptAt.Format(layout) != test.accept || c.DueAt.Format(layout) != test.due || !c.Due.Equal(c.DueAcceptAt) {
			t.Errorf("%s: accept by %s, due %s", test.at, c.DueAcceptAt, c.DueAt)
		}
		o.clock.Set(c.Due)
		if c := mustCase(t, o, wang, c.Number); c.Overdue || c.LeftWD != 0 {
			t.Errorf("%s: overdue at its last second, %d left", test.at, c.LeftWD)
		}
		o.clock.Set(c.Due.Add(time.Microsecond))
		if c := mustCase(t, o, wang, c.Number); !c.Overdue {
			t.Errorf("%s: not overdue", test.at)
		}
	}
}

// A case that is opened again has only the days that its limit leaves.
func TestReopen_DaysOfAllStretchesCount(t *testing.T) {
	o := newOffice(t, current.SQLite(t))
	o.at("2026-03-02 10:00")
	c := o.submits(Complaint, "k", "路灯坏了")
	o.must(wang, &c, Act{Step: Accept, Unit: "城管局"})
	o.at("2026-03-05 10:00") // three working days
	o.must(wang, &c, Act{Step: Submit, Text: "修好了"})
	o.must(manager, &c, Act{Step: Approve})
	o.at("2026-03-16 10:00")
	o.must(manager, &c, Act{Step: Reopen, Text: "又坏了"})
	if got := c.DueAt.Format("2006-01-02"); got != "2026-03-18" || c.Reopened != 1 || !c.ClosedAt.IsZero() {
		t.Errorf("due %s, reopened %d, closed %s", got, c.Reopened, c.ClosedAt)
	}
}

// The log has the submission and the release, in the thread of the number, and the figures follow.
func TestFigures_FollowFromTheLog(t *testing.T) {
	everyDatabase(t, func(t *testing.T, o *office) {
		o.clock.Set(morning.Add(90 * time.Second))
		c := o.submits(Complaint, "k", "路灯坏了，电话 13800138000")
		o.must(wang, &c, Act{Step: Accept, Unit: "城管局"})
		o.must(wang, &c, Act{Step: Submit, Text: "已经修好"})
		if n := o.number("SELECT COUNT(*) FROM interactions"); n != 1 {
			t.Errorf("%d rows before the release", n)
		}
		o.clock.Set(morning.Add(54 * time.Hour))
		o.must(manager, &c, Act{Step: Approve})
		if rt := o.number("SELECT answer_at - open_at FROM waits WHERE channel = 'form' AND thread = ? AND staff = 'wang'", c.Number); rt != 194310 {
			t.Errorf("response time %d", rt)
		}
		if strings.Contains(c.Text+c.Title, "13800138000") || c.Reply != "已经修好" {
			t.Errorf("text %q, title %q, reply %q", c.Text, c.Title, c.Reply)
		}
		shown, err := o.Reveal(context.Background(), wang, c.AppID, c.Number, "联系市民")
		if err != nil || shown.Text != "路灯坏了，电话 13800138000" {
			t.Errorf("revealed %+v, %v", shown, err)
		}
	})
}

// Two instances, one key: one case, one number. Many at once: numbers without a gap.
func TestSubmit_TwoInstancesOneCase(t *testing.T) {
	everyDatabase(t, func(t *testing.T, o *office) {
		both := []*office{o, o.sibling()}
		var wg sync.WaitGroup
		numbers := make([]string, 8)
		for i := range numbers {
			wg.Go(func() {
				d, err := both[i%2].Submit(context.Background(), wang, Submission{AppID: o.account.AppID, Key: fmt.Sprint("k", i/4), Kind: Help, Text: "x", Rights: handling})
				if err != nil {
					t.Error(err)
				}
				numbers[i] = d.Number
			})
		}
		wg.Wait()
		slices.Sort(numbers)
		if numbers = slices.Compact(numbers); len(numbers) != 2 || o.number("SELECT COUNT(*) FROM cases") != 2 || o.number("SELECT COUNT(*) FROM interactions") != 2 {
			t.Errorf("numbers %v, %d cases, %d rows", numbers, o.number("SELECT COUNT(*) FROM cases"), o.number("SELECT COUNT(*) FROM interactions"))
		}
	})
}

func TestList_BoxesAndSearch(t *testing.T) {
	everyDatabase(t, func(t *testing.T, o *office) {
		ctx := context.Background()
		o.at("2026-03-02 10:00")
		late := o.submits(Consult, "a", "社保怎么补缴")
		o.at("2026-03-05 10:00")
		mine := o.submits(Complaint, "b", "100%_的路灯都坏了")
		o.must(li, &mine, Act{Step: Accept, Unit: "城管局"})
		over := o.submits(Complaint, "c", "垃圾没有清运")
		o.must(wang, &over, Act{Step: Accept, Unit: "环卫所"})
		o.must(wang, &over, Act{Step: Submit, Text: "已清运"})
		o.must(manager, &over, Act{Step: Approve})
		for name, test := range map[string]struct {
			q    Query
			want []string
		}{
			"open":    {Query{}, []string{late.Number, mine.Number}},
			"mine":    {Query{Box: BoxMine, Mine: "li"}, []string{mine.Number}},
			"overdue": {Query{Box: BoxOverdue}, []string{late.Number}},
			"final":   {Query{Box: BoxFinal}, []string{over.Number}},
			"unit":    {Query{Box: BoxAll, Unit: "城管局"}, []string{mine.Number}},
			"number":  {Query{Box: BoxAll, Text: models.ShownNumber(over.Number)}, []string{over.Number}},
			"text":    {Query{Box: BoxAll, Text: "0%_的"}, []string{mine.Number}},
			"nothing": {Query{Box: BoxAll, Text: "%_"}, []string{mine.Number}},
			"from":    {Query{Box: BoxAll, Sort: ByNewest, From: o.clock.Now()}, []string{over.Number, mine.Number}},
			"foreign": {Query{Box: BoxAll, Accounts: []string{storetest.AppB}}, nil},
			"second":  {Query{Box: BoxAll, Sort: ByNewest, After: "1", Limit: 1}, []string{mine.Number}},
		} {
			p, err := o.List(ctx, test.q)
			var got []string
			for _, c := range p.Cases {
				got = append(got, c.Number)
			}
			if err != nil || !slices.Equal(got, test.want) {
				t.Errorf("%s: %v, want %v, error %v", name, got, test.want, err)
			}
		}
		p, err := o.List(ctx, Query{Mine: "li"})
		if err != nil || p.Counts[BoxOpen] != 2 || p.Counts[BoxMine] != 1 || p.Counts[BoxOverdue] != 1 || p.Counts[string(Submitted)] != 1 {
			t.Errorf("counts %v, %v", p.Counts, err)
		}
		for _, format := range []string{"csv", "xlsx"} {
			var b bytes.Buffer
			f, err := o.Export(ctx, manager, Query{Box: BoxAll}, format)
			if err == nil {
				err = f.Write(&b)
			}
			if err != nil || f.N != 3 || format == "csv" && !strings.Contains(b.String(), over.Number+`","agent","已办结","投诉"`) || b.Len() < 500 {
				t.Errorf("%s: %+v, %v\n%s", format, f, err, &b)
			}
		}
		_, err = o.List(ctx, Query{Text: "260302000014"})
		wantCode(t, err, models.CodeInvalid)
		s, err := o.Supervision(ctx, SupervisionQuery{})
		if err != nil || len(s.Cases) != 1 || s.Cases[0].Number != late.Number || !slices.Equal(s.Cases[0].Reasons, []string{ReasonOverdue}) || s.Counts[ReasonOverdue] != 1 || s.Counts[BoxAll] != 1 {
			t.Errorf("supervision %+v, %v", s, err)
		}
	})
}

func TestChange_KindMovesTheLimitUntilHandled(t *testing.T) {
	o := newOffice(t, current.SQLite(t))
	ctx := context.Background()
	c := o.submits(Complaint, "k", "路灯坏了")
	kind, yes, topic := Consult, true, "城管/路灯"
	changed, err := o.Change(ctx, wang, Change{AppID: c.AppID, Number: c.Number, Version: c.Version, Kind: &kind, Topic: &topic, Rights: handling})
	if err != nil || changed.Kind != Consult || changed.Topic != topic || !changed.DueAt.Before(c.DueAt) {
		t.Fatalf("changed %+v, %v", changed, err)
	}
	_, err = o.Change(ctx, wang, Change{AppID: c.AppID, Number: c.Number, Version: c.Version, Topic: &topic, Rights: handling})
	wantCode(t, err, models.CodeConflict)
	o.must(wang, &changed, Act{Step: Accept, Unit: "城管局"})
	_, err = o.Change(ctx, wang, Change{AppID: c.AppID, Number: c.Number, Version: changed.Version, Complex: &yes, Rights: handling})
	wantCode(t, err, CodeNotAllowed)
}

// The reply that waits is read by whoever reviews it, masked, and whoever wrote it has it again when it
// comes back; released, it is no draft any more.
func TestDraft_StaysThroughReview(t *testing.T) {
	o := newOffice(t, current.SQLite(t))
	unit := "城管局"
	c := o.submits(Complaint, "k", "路灯坏了")
	changed, err := o.Change(context.Background(), wang, Change{AppID: c.AppID, Number: c.Number, Version: c.Version, Unit: &unit, Rights: handling})
	if err != nil {
		t.Fatal(err)
	}
	c = changed
	o.must(wang, &c, Act{Step: Accept})
	if c.Unit != unit || c.State != Accepted {
		t.Errorf("unit %q, %s", c.Unit, c.State)
	}
	o.must(wang, &c, Act{Step: Assign, Unit: unit})
	o.must(wang, &c, Act{Step: Submit, Text: "已修好，电话 13800138000"})
	if d := mustCase(t, o, manager, c.Number); d.Draft != models.Mask("已修好，电话 13800138000") || strings.Contains(d.Draft, "13800138000") {
		t.Errorf("the reviewer reads %q", d.Draft)
	}
	o.must(manager, &c, Act{Step: Refuse, Text: "不写电话"})
	if c = mustCase(t, o, wang, c.Number); c.Draft != "已修好，电话 13800138000" {
		t.Errorf("the author reads %q", c.Draft)
	}
	o.must(wang, &c, Act{Step: Submit, Text: "已修好"})
	o.must(manager, &c, Act{Step: Approve})
	if d := mustCase(t, o, wang, c.Number); d.Draft != "" || d.Reply != "已修好" {
		t.Errorf("draft %q, reply %q", d.Draft, d.Reply)
	}
}

// The day on which a case is due has words of its own, before the hour and after it.
func TestDueWords(t *testing.T) {
	due := time.Date(2026, 3, 6, 17, 30, 0, 0, models.Shanghai())
	for want, c := range map[string]Case{
		"—":                     {},
		"03-06 17:30，还有 2 个工作日": {Due: due, LeftWD: 2},
		"03-06 17:30，今天到期":      {Due: due},
		"03-06 17:30，今天已超期":     {Due: due, Overdue: true},
		"03-06 17:30，已超 1 个工作日": {Due: due, LeftWD: -1, Overdue: true},
	} {
		if got := dueWords(&c); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
