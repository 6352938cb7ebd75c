package analytics

import (
	"slices"
	"testing"

	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/store/storetest"
)

func TestWaitList_OpenNowPageByPage(t *testing.T) {
	r := newRoom(t)
	r.ask(t, "a", "b", "c", "d", "e")
	var ages []int64
	q := WaitListQuery{Channel: models.ChannelChat, Limit: 2}
	for range 5 {
		page, err := r.WaitList(t.Context(), q)
		if err != nil || len(page.Waits) > 2 {
			t.Fatalf("%+v, error %v", page, err)
		}
		for i := range page.Waits {
			ages = append(ages, page.Waits[i].Age)
		}
		if q.After = page.Next; q.After == "" {
			break
		}
	}
	if !slices.Equal(ages, []int64{4 * 3600, 3 * 3600, 2 * 3600, 3600, 0}) {
		t.Errorf("ages %v", ages)
	}
	for _, q := range []WaitListQuery{{After: "yesterday", Limit: 2}, {Accounts: []string{storetest.AppB}, Limit: 2}} {
		if _, err := r.WaitList(t.Context(), q); models.ErrorCode(err) == "" {
			t.Errorf("%+v: %v", q, err)
		}
	}
}
