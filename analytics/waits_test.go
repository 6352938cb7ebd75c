package analytics

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/store/storetest"
)

func TestMarkWaits_StopsAtAFaultAndSaysHowFarItCame(t *testing.T) {
	r := newRoom(t)
	r.ask(t, "a", "b", "c")
	changed, err := r.MarkWaits(t.Context(), tester(), storetest.AppA, []string{"a", "nobody", "c"}, models.MarkThanks)
	if changed != 1 || models.ErrorCode(err) == "" || !strings.Contains(err.Error(), "前 1 个已处理，到 nobody 停下") {
		t.Errorf("changed %d, error %v", changed, err)
	}
	changed, err = r.MarkWaits(t.Context(), tester(), storetest.AppA, []string{"a", "b"}, models.MarkThanks)
	if changed != 1 || err != nil {
		t.Errorf("one was marked already: changed %d, error %v", changed, err)
	}
	marked, more, err := r.Waits(t.Context(), WaitsQuery{Account: storetest.AppA, Channel: models.ChannelChat, Marked: true, Limit: 9})
	if err != nil || more || len(marked) != 2 || marked[0].MsgKey != "a" || marked[1].MsgKey != "b" || marked[0].MarkedBy != "tester" || marked[0].MarkedAt == nil {
		t.Errorf("%+v, more %v, error %v", marked, more, err)
	}
	if n, err := r.store.VerifyAudit(t.Context()); n != 3 || err != nil { // the account, and two marks
		t.Errorf("%d audit entries, error %v", n, err)
	}
}

func TestWaits_TheLatestOfThem(t *testing.T) {
	r := newRoom(t)
	r.ask(t, "a", "b", "c")
	q := WaitsQuery{Account: storetest.AppA, Channel: models.ChannelChat, Limit: 2}
	list, more, err := r.Waits(t.Context(), q)
	if err != nil || !more || len(list) != 2 || list[0].MsgKey != "b" || list[1].MsgKey != "c" || list[0].MarkedAt != nil {
		t.Errorf("%+v, more %v, error %v", list, more, err)
	}
	q.Limit = 0
	if _, _, err := r.Waits(t.Context(), q); models.ErrorCode(err) != models.CodeInvalid {
		t.Errorf("none are asked for: %v", err)
	}
}

func TestWaits_AnswerAfterTheWindowIsShown(t *testing.T) {
	r := newRoom(t)
	var rows []models.Interaction
	for citizen, script := range map[string]string{
		"late": "in 0, in 60, human 172861, human 180000", "never": "in 0, fallback 5", "again": "in 0, in 172801, human 180000", "prompt": "in 0, human 60",
	} {
		for _, row := range storetest.Script(t, citizen, script) {
			row.MsgKey = citizen + row.MsgKey
			rows = append(rows, row)
		}
	}
	if err := r.waits.Record(t.Context(), rows); err != nil {
		t.Fatal(err)
	}
	for after, want := range map[int64]string{
		172860: "again expired, again open, late expired, never expired, prompt human, ",
		400000: "again expired, again human, late expired at 172861, never expired, prompt human, ",
	} {
		r.now = time.Unix(storetest.Base+after, 0)
		list, _, err := r.Waits(t.Context(), WaitsQuery{Account: storetest.AppA, Channel: models.ChannelChat, Limit: 9})
		if err != nil {
			t.Fatal(err)
		}
		lines := make([]string, 0, len(list))
		for i := range list {
			key, _, _ := strings.Cut(list[i].MsgKey, "k")
			line := key + " " + string(list[i].State)
			if at := list[i].LateAnswerAt; at != nil {
				line += fmt.Sprint(" at ", at.Unix()-storetest.Base)
			}
			lines = append(lines, line+", ")
		}
		slices.Sort(lines)
		if got := strings.Join(lines, ""); got != want {
			t.Errorf("after %d s: %s want %s", after, got, want)
		}
	}
}
