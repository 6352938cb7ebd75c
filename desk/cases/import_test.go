package cases

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/sheet"
	"github.com/wenzheng/wenzheng/store"
)

const hotline = `工单编号,来电时间,诉求类别,诉求内容,区县,承办单位,办结时间,答复内容,是否满意,是否解决,来电人,联系电话
20260112001,2026/1/12 9:05,投诉,"人民路的路灯不亮
第二天还是不亮，电话 13800138000",东湖区,城管局,2026-01-14 16:30:00,已经修好,满意,是,张三,13800138000
20260112002,2026/1/12 10:00,咨询类,社保怎么补缴,西山区,人社局,2026-01-20 09:00:00,带身份证到窗口办理,不满意,否,李四,
20260113003,2026-01-13 11:00,其他,井盖松动,东湖区,市政处,,,,,王五,
`

func (o *office) imports(content string, dryRun bool) (ImportResult, error) {
	o.t.Helper()
	return o.Import(context.Background(), manager, ImportRequest{AppID: o.account.AppID, Name: "12345.csv", Content: strings.NewReader(content), DryRun: dryRun})
}

func (r *ImportResult) sums() string {
	return fmt.Sprintf("%d added, %d changed, %d kept, %d open, %d same", r.Added, r.Changed, r.Kept, r.Open, r.Same)
}

// A hotline's file is taken over once, counts in the figures by its own times, and moves nothing that is live.
func TestImport_ClosedCasesOnce(t *testing.T) {
	everyDatabase(t, func(t *testing.T, o *office) {
		ctx := context.Background()
		var number string
		for _, dryRun := range []bool{true, false} {
			r, err := o.imports(hotline, dryRun)
			if err != nil || r.sums() != "2 added, 0 changed, 0 kept, 1 open, 0 same" || len(r.Changes) != 3 || (r.Changes[0].Case == "") != dryRun {
				t.Fatalf("dry run %v: %+v, %v", dryRun, r, err)
			}
			number = r.Changes[0].Case
			if n := o.number("SELECT COUNT(*) FROM cases"); n != map[bool]int64{true: 0, false: 2}[dryRun] {
				t.Fatalf("dry run %v: %d cases", dryRun, n)
			}
		}
		// The office's hours and working days are those of the account; the second case took six.
		if rt := o.number("SELECT answer_at - open_at FROM waits WHERE channel = 'form' AND thread = ?", number); rt != 2*86400+7*3600+25*60 {
			t.Errorf("response time %d", rt)
		}
		c := mustCase(t, o, wang, number)
		if c.State != Closed || c.Kind != Complaint || c.Source != "12345" || c.SourceNumber != "20260112001" || !c.Due.IsZero() || !*c.Solved || !*c.Satisfied ||
			c.Reply != "已经修好" || strings.Contains(c.Text+c.Title+c.Phone, "13800138000") || !strings.Contains(c.Text, "\n") || len(c.Events) != 3 {
			t.Errorf("case %+v", c)
		}
		if p, err := o.List(ctx, Query{}); err != nil || len(p.Cases) != 0 || p.Counts[BoxOpen] != 0 {
			t.Errorf("open cases %+v, %v", p, err)
		}
		again, err := o.imports(hotline, false)
		if err != nil || again.sums() != "0 added, 0 changed, 0 kept, 1 open, 2 same" {
			t.Errorf("again: %+v, %v", again, err)
		}
		later := strings.NewReplacer("不满意,否", "满意,是", "2026-01-14 16:30:00", "2026-01-15 16:30:00").Replace(hotline)
		changed, err := o.imports(later, false)
		if err != nil || changed.sums() != "0 added, 1 changed, 1 kept, 1 open, 0 same" || changed.Changes[0].Fields[0].Before != "2026-01-14 16:30:00" {
			t.Errorf("changed: %+v, %v", changed, err)
		}
		if n := o.number("SELECT COUNT(*) FROM cases WHERE solved = 1 AND satisfied = 1"); n != 2 || o.number("SELECT COUNT(*) FROM interactions") != 4 {
			t.Errorf("%d cases rated well, %d rows", n, o.number("SELECT COUNT(*) FROM interactions"))
		}
		if n := o.number("SELECT COUNT(*) FROM audit WHERE action = 'case.import' AND actor_name = 'zhou'"); n != 2 {
			t.Errorf("%d audit entries", n)
		}
	})
}

func TestImport_FaultsByLineAndCell(t *testing.T) {
	o := newOffice(t, current.SQLite(t))
	for name, test := range map[string]struct{ old, new, place, message string }{
		"kind":      {"咨询类", "闲聊", "4:29", "没有 \"闲聊\" 这一类"},
		"time":      {"2026/1/12 10:00", "昨天", "4:13", "不是 2000 至 2100 年间的时间"},
		"order":     {"2026-01-20", "2026-01-02", "4:78", "办结不能早于来电"},
		"rating":    {"不满意,否", "哦,否", "4:126", "没有读懂"},
		"no text":   {"社保怎么补缴", " ", "4:39", "不能为空"},
		"twice":     {"20260112002", "20260112001", "4:1", "与前面的一行重复"},
		"column":    {"来电人", "星座", "1:125", "没有 \"星座\" 这一列"},
		"not there": {"办结时间", "备注", "1:1", "表头缺少 closed_at"},
		"ahead":     {"2026-01-20", "2026-09-20", "4:78", "还没有到"},
	} {
		_, err := o.imports(strings.Replace(hotline, test.old, test.new, 1), false)
		var fault *models.Error
		if !errors.As(err, &fault) || fault.Code != models.CodeInvalid || fault.Fields[0].Field != "12345.csv:"+test.place || !strings.Contains(fault.Fields[0].Message, test.message) {
			t.Errorf("%s: %+v", name, err)
		}
	}
	if n := o.number("SELECT COUNT(*) FROM cases"); n != 0 {
		t.Errorf("%d cases of faulty files", n)
	}
	_, err := o.Import(context.Background(), manager, ImportRequest{AppID: o.account.AppID, Source: SourceAgent})
	wantCode(t, err, models.CodeInvalid)
}

// What Export writes is imported: into the account it is of nothing changes, into an empty one all that is over
// comes, and once.
func TestImport_RoundTripOfExport(t *testing.T) {
	o, other := newOffice(t, current.SQLite(t)), newOffice(t, current.SQLite(t))
	ctx := context.Background()
	if _, err := o.imports(hotline, false); err != nil {
		t.Fatal(err)
	}
	own := o.submits(Complaint, "k", "=cmd|' /C calc'!A0 \u202eRTL a\u200db <script>")
	o.must(wang, &own, Act{Step: Accept, Unit: "+环卫所"})
	o.must(wang, &own, Act{Step: Submit, Text: "-已清运"})
	o.must(manager, &own, Act{Step: Approve})
	o.submits(Help, "open", "还没有办")
	for _, format := range []string{"csv", "xlsx"} {
		var b bytes.Buffer
		f, err := o.Export(ctx, manager, Query{Box: BoxAll, Sort: ByNewest}, format)
		if err == nil {
			err = f.Write(&b)
		}
		if err != nil {
			t.Fatal(err)
		}
		in := func(to *office) string {
			r, err := to.Import(ctx, manager, ImportRequest{AppID: to.account.AppID, Name: f.Name, Content: bytes.NewReader(b.Bytes())})
			if err != nil {
				t.Fatalf("%s: %v", format, err)
			}
			return r.sums()
		}
		if got := in(o); got != "0 added, 0 changed, 0 kept, 1 open, 3 same" {
			t.Errorf("%s into its own account: %s", format, got)
		}
		if got, want := in(other), map[string]string{"csv": "3 added, 0 changed, 0 kept, 1 open, 0 same", "xlsx": "0 added, 0 changed, 0 kept, 1 open, 3 same"}[format]; got != want {
			t.Errorf("%s into another: %s", format, got)
		}
	}
	here, err := o.List(ctx, Query{Box: BoxFinal, Sort: ByNewest})
	if err != nil {
		t.Fatal(err)
	}
	there, err := other.List(ctx, Query{Box: BoxFinal, Sort: ByNewest})
	if err != nil {
		t.Fatal(err)
	}
	told := func(p Page) (out []string) {
		for i := range p.Cases {
			c := &p.Cases[i]
			out = append(out, fmt.Sprint(c.Kind, c.Unit, c.Title, c.SubmittedAt, c.ClosedAt, c.AcceptedAt, c.DueAt, yesNo(c.Solved)))
		}
		slices.Sort(out)
		return out
	}
	if a, b := told(here), told(there); !slices.Equal(a, b) || len(a) != 3 {
		t.Errorf("%v\n%v", a, b)
	}
	var d differences
	if d.see("a", "b", "c", "c") || !d.see("a", "b", "c", "d") || d[0] != (sheet.FieldChange{Field: "a", Title: "b", Before: "c", After: "d"}) {
		t.Error(d)
	}
}

// What was said of a case is found by index: a file that is imported again asks for each of its rows.
func TestSaid_ByIndex(t *testing.T) {
	o := newOffice(t, current.SQLite(t))
	var plan []string
	err := o.store.Query(context.Background(), store.Console, func(rows *sql.Rows) error {
		var id, parent, unused int
		var step string
		err := rows.Scan(&id, &parent, &unused, &step)
		plan = append(plan, step)
		return err
	}, "EXPLAIN QUERY PLAN "+saidOf, o.account.AppID, "260302000013")
	if all := strings.Join(plan, "\n"); err != nil || !strings.Contains(all, "case_events_of (app_id=? AND number=?)") {
		t.Errorf("%s, %v", all, err)
	}
}
