package accounts

import (
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/wenzheng/wenzheng/models"
)

func TestIncidents_FlaggedListedCleared(t *testing.T) {
	ctx := t.Context()
	a := testAccounts(t, "")
	a.add(t, whole())
	for want, q := range map[string]IncidentRequest{
		"写明情况":  {AppID: testAppID, Note: "  "},
		"不能晚于":  {AppID: testAppID, Note: "账号被盗", Since: "2026-03-03"},
		"时刻应写作": {AppID: testAppID, Note: "账号被盗", Since: "昨天"},
		"没有":    {AppID: "wx9999999999999999", Note: "账号被盗"},
	} {
		if err := a.FlagIncident(ctx, admin, q); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%+v: error %v, want %s", q, err, want)
		}
	}
	if err := a.FlagIncident(ctx, admin, IncidentRequest{AppID: testAppID, Note: "账号被盗", Since: "2026-03-01 08:00"}); err != nil {
		t.Fatal(err)
	}
	list, err := a.Incidents(ctx, testAppID)
	if err != nil || len(list) != 1 || list[0].Note != "账号被盗" || !list[0].Until.IsZero() {
		t.Fatalf("flagged: %+v, error %v", list, err)
	}
	if row := IncidentRows(list)[0]; row[1] != "2026-03-01 08:00:00" || row[2] != "未解除" {
		t.Errorf("told as %q", row)
	}
	id := strconv.FormatInt(list[0].ID, 10)
	if err := a.ClearIncident(ctx, admin, "wx9999999999999999", id); models.ErrorCode(err) != models.CodeNotFound {
		t.Errorf("of another account: error %v", err)
	}
	if err := a.ClearIncident(ctx, admin, testAppID, "x"); models.ErrorCode(err) != models.CodeInvalid {
		t.Errorf("no number: error %v", err)
	}
	if err := a.ClearIncident(ctx, admin, testAppID, id); err != nil {
		t.Fatal(err)
	}
	list, err = a.Incidents(ctx, testAppID)
	if err != nil || !list[0].Until.Equal(testTime) || IncidentRows(list)[0][2] != testTime.In(models.Shanghai()).Format(time.DateTime)+" 解除" {
		t.Errorf("cleared: %+v, error %v", list, err)
	}
}
