package cases

import (
	"bytes"
	"context"
	"encoding/csv"
	"strings"
	"sync"
	"testing"

	"github.com/wenzheng/wenzheng/models"
)

// Two accept a case at once: one of them has it, the other is told that it changed.
func TestAct_TwoAcceptOneHas(t *testing.T) {
	everyDatabase(t, func(t *testing.T, o *office) {
		other := o.sibling()
		c := o.submits(Complaint, "k", "路灯坏了")
		people, desks, errs := []models.Who{wang, li}, []*office{o, other}, make([]error, 2)
		var wg sync.WaitGroup
		for i := range people {
			wg.Go(func() {
				_, errs[i] = desks[i].Act(context.Background(), people[i], Act{AppID: c.AppID, Number: c.Number, Version: c.Version, Step: Accept, Rights: handling})
			})
		}
		wg.Wait()
		won := 0
		if errs[0] != nil {
			won = 1
		}
		wantCode(t, errs[won], "")
		wantCode(t, errs[1-won], models.CodeConflict)
		after := mustCase(t, o, wang, c.Number)
		if after.Handler != people[won].Name || after.State != Accepted || after.Version != c.Version+1 {
			t.Errorf("%s has it, %s, version %d", after.Handler, after.State, after.Version)
		}
		if n := o.number("SELECT COUNT(*) FROM case_events WHERE kind = 'accepted'"); n != 1 {
			t.Errorf("accepted %d times", n)
		}
	})
}

// What a spreadsheet would run, a page would show as markup, or an eye would read otherwise is text in every field,
// in the list, the file and the notice.
func TestFields_HostileTextStaysText(t *testing.T) {
	o := newOffice(t, current.SQLite(t))
	ctx := context.Background()
	newTalk(o).says("人民路的路灯坏了", "")
	const script, formula, turned, joined = "<script>alert(1)</script>", "=cmd|' /C calc'!A0", "abc\u202edlrow\u202c", "家\u200d庭\u200b"
	q := Submission{
		AppID: o.account.AppID, Key: "k", Kind: Complaint, Text: formula + "\n" + script, Topic: "@" + script, District: "+" + turned, Place: "-" + joined,
		Phone: "\t" + formula, Rights: handling, UID: o.uid(),
	}
	c, err := o.Submit(ctx, wang, q)
	if err != nil {
		t.Fatal(err)
	}
	o.must(wang, &c, Act{Step: Accept, Unit: formula})
	o.must(wang, &c, Act{Step: Return, Text: turned, Unit: "@SUM(1)"})
	o.must(wang, &c, Act{Step: Ask, Text: script})
	o.must(wang, &c, Act{Step: Submit, Text: formula + joined})
	o.must(manager, &c, Act{Step: Approve})
	for name, pair := range map[string][2]string{
		"text": {c.Text, q.Text}, "topic": {c.Topic, q.Topic}, "district": {c.District, q.District}, "place": {c.Place, q.Place},
		"unit": {c.Unit, "@SUM(1)"}, "reply": {c.Reply, formula + joined}, "title": {c.Title, formula + " " + script},
	} {
		if pair[0] != pair[1] {
			t.Errorf("%s is %q, not %q", name, pair[0], pair[1])
		}
	}
	f, err := o.Export(ctx, manager, Query{Box: BoxAll}, "csv")
	var file bytes.Buffer
	if err == nil {
		err = f.Write(&file)
	}
	if err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(file.Bytes(), []byte("\ufeff")))).ReadAll()
	if err != nil || len(rows) != 2 {
		t.Fatalf("%d rows, %v", len(rows), err)
	}
	for i, cell := range rows[1] {
		if strings.ContainsAny(cell[:min(1, len(cell))], "=+-@\t\r") {
			t.Errorf("%s begins a formula: %q", rows[0][i], cell)
		}
	}
	if n := o.number("SELECT COUNT(*) FROM outbox WHERE case_number = ?", c.Number); n < 4 {
		t.Errorf("%d notices", n)
	}
}
