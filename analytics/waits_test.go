package analytics

import (
	"strings"
	"testing"

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
