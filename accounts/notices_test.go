package accounts

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/simulator/platform"
)

// TestSetNotices_AsTheTemplateIs: a template is taken only with the fields that it has at WeChat, each filled
// with what fits into it; faults name the field.
func TestSetNotices_AsTheTemplateIs(t *testing.T) {
	t.Parallel()
	a, account, p := menuAccount(t, true)
	account.Mode, account.Token = models.ModePlain, "token"
	if err := a.store.CreateAccount(t.Context(), account, admin); err != nil {
		t.Fatal(err)
	}
	const template, subscription = "caseAccepted_0000000000000000000000000000001", "noticeResult_0000000000000000000000000000003"
	type fields = map[string]models.NoticePart
	good := models.NoticeWay{Channel: models.NoticeTemplate, TemplateID: template, Fields: fields{
		"character_string1": models.NoticeNumber, "thing2": models.NoticeMatter, "time3": models.NoticeTime,
	}}
	for name, c := range map[string]struct {
		way    models.NoticeWay
		faults []string
	}{
		"nothing":                   {models.NoticeWay{}, []string{"channel", "template_id", "fields"}},
		"no such template":          {models.NoticeWay{Channel: models.NoticeTemplate, TemplateID: subscription, Fields: good.Fields}, []string{"template_id"}},
		"a field is missing":        {models.NoticeWay{Channel: models.NoticeTemplate, TemplateID: template, Fields: fields{"thing2": models.NoticeMatter, "time3": models.NoticeTime}}, []string{"fields.character_string1"}},
		"a field too many":          {models.NoticeWay{Channel: models.NoticeSubscription, TemplateID: subscription, Fields: fields{"character_string1": models.NoticeNumber, "phrase2": models.NoticeState, "thing9": models.NoticeRemark}}, []string{"fields.thing9"}},
		"a time in a phrase":        {models.NoticeWay{Channel: models.NoticeSubscription, TemplateID: subscription, Fields: fields{"character_string1": models.NoticeNumber, "phrase2": models.NoticeTime}}, []string{"fields.phrase2"}},
		"no kind of field, no part": {models.NoticeWay{Channel: models.NoticeTemplate, TemplateID: template, Fields: fields{"first": models.NoticeNumber, "thing2": "text"}}, []string{"fields.first", "fields.thing2"}},
	} {
		_, err := a.SetNotices(t.Context(), admin, account.AppID, c.way)
		var e *models.Error
		var got []string
		if errors.As(err, &e) {
			for _, f := range e.Fields {
				got = append(got, f.Field)
			}
		}
		if d := cmp.Diff(c.faults, got); d != "" || models.ErrorCode(err) != models.CodeInvalid {
			t.Errorf("%s: %v %s", name, err, d)
		}
	}
	now := func() Notices {
		t.Helper()
		n, err := a.Notices(t.Context(), account.AppID)
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	if n := now(); n.Way != nil || !strings.Contains(fmt.Sprint(n.Rows()), "没有设置") {
		t.Errorf("%+v is set", n.Way)
	}
	if _, err := a.SetNotices(t.Context(), admin, account.AppID, good); err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(Notices{&good}, now()); d != "" {
		t.Error(d)
	}
	if rows := fmt.Sprint(now().Rows()); !strings.Contains(rows, "模板消息") || !strings.Contains(rows, "thing2 事项") {
		t.Errorf("told as %s", rows)
	}
	p.SetFaults(platform.Fault{Path: "/cgi-bin/template/get_all_private_template", Kind: platform.FaultErrcode, Code: 48001})
	if _, err := a.SetNotices(t.Context(), admin, account.AppID, good); models.ErrorCode(err) != models.CodeConflict {
		t.Errorf("without the right: %v", err)
	}
	if _, err := a.RemoveNotices(t.Context(), admin, account.AppID); err != nil || now().Way != nil {
		t.Errorf("removed: %v, %+v", err, now().Way)
	}
	if _, err := a.RemoveNotices(t.Context(), admin, account.AppID); models.ErrorCode(err) != models.CodeNotFound {
		t.Errorf("removed twice: %v", err)
	}
}
