package desk

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/store"
)

// One step with many conversations: what can not be changed is told one by one and keeps none of the others.
func TestBulk_EachHasItsOutcome(t *testing.T) {
	o := newOffice(t, current.SQLite(t))
	for i := range 3 {
		o.writes(fmt.Sprintf("oCitizen0000000000000000000%d", i), "人工")
	}
	o.here(wang)
	page, err := o.List(t.Context(), Query{Box: BoxAll})
	if err != nil || len(page.Rows) != 3 {
		t.Fatalf("%d rows, error %v", len(page.Rows), err)
	}
	acts := make([]Act, 0, 4)
	for i := range page.Rows {
		acts = append(acts, o.act(&page.Rows[i].Conversation))
	}
	acts[1].Version--
	acts[2].Accounts = []string{"wx9999999999999999"}
	acts = append(acts, Act{ID: 12345, Version: 1})
	out, err := o.Bulk(t.Context(), wang, Bulk{Step: StepTransfer, Acts: acts, Reason: "下班"})
	if err != nil {
		t.Fatal(err)
	}
	for i, code := range []string{"", models.CodeConflict, models.CodeNotFound, models.CodeNotFound} {
		if out[i].ID != acts[i].ID || out[i].Code != code || out[i].OK != (code == "") || (out[i].Message == "") != (code == "") {
			t.Errorf("%d: %+v, want code %q", i, out[i], code)
		}
	}
	if n := o.number("SELECT COUNT(*) FROM conversations WHERE state = 'queued'"); n != 1 {
		t.Errorf("%d went back", n)
	}
	taken, err := o.Bulk(t.Context(), li, Bulk{Step: StepTake, Acts: []Act{{ID: out[0].ID, Version: out[0].Version}}})
	if err != nil || !taken[0].OK {
		t.Errorf("%+v, error %v", taken, err)
	}
	closed, err := o.Bulk(t.Context(), li, Bulk{Step: StepClose, Code: CloseSpam, Acts: []Act{{ID: taken[0].ID, Version: taken[0].Version}}})
	if err != nil || !closed[0].OK {
		t.Errorf("%+v, error %v", closed, err)
	}
	for what, q := range map[string]Bulk{
		"none": {Step: StepTake}, "too many": {Step: StepTake, Acts: make([]Act, 101)}, "no step": {Step: "send", Acts: acts[:1]},
		"no reason": {Step: StepTransfer, Acts: acts[:1]}, "no code": {Step: StepClose, Acts: acts[:1]}, "no text": {Step: StepClose, Code: CloseOther, Acts: acts[:1]},
	} {
		_, err := o.Bulk(t.Context(), wang, q)
		if models.ErrorCode(err) != models.CodeInvalid {
			t.Errorf("%s: %v", what, err)
		}
	}
}

// Where the database gives out on the way, the caller hears which conversations were changed before.
func TestBulk_TellsWhatWasDoneBeforeAFault(t *testing.T) {
	o := newOffice(t, current.SQLite(t))
	for i := range 3 {
		o.writes(fmt.Sprintf("oCitizen0000000000000000000%d", i), "人工")
	}
	page, err := o.List(t.Context(), Query{Box: BoxAll})
	if err != nil {
		t.Fatal(err)
	}
	q := Bulk{Step: StepClose, Code: CloseSpam}
	for i := range page.Rows {
		q.Acts = append(q.Acts, o.act(&page.Rows[i].Conversation))
	}
	tried := 0
	o.OnEnded(func(context.Context, *store.Tx, *Conversation) error {
		if tried++; tried > 1 {
			return errors.New("the disk is full")
		}
		return nil
	})
	out, err := o.Bulk(t.Context(), li, q)
	if err != nil || len(out) != 3 || tried != 2 {
		t.Fatalf("%+v, tried %d, error %v", out, tried, err)
	}
	for i, code := range []string{"", models.CodeUnavailable, models.CodeUnavailable} {
		if out[i].ID != q.Acts[i].ID || out[i].OK != (code == "") || out[i].Code != code || (out[i].Message == "") != (code == "") {
			t.Errorf("%d: %+v, want code %q", i, out[i], code)
		}
	}
	if _, err := o.Bulk(t.Context(), li, Bulk{Step: StepClose, Code: CloseSpam, Acts: q.Acts[1:]}); err == nil {
		t.Error("the first can not be changed, and no error")
	}
}
