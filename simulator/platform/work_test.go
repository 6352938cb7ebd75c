package platform

import (
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/simulator"
)

func contains(t *testing.T, bodies []string, parts ...string) {
	t.Helper()
	for _, part := range parts {
		found := false
		for _, b := range bodies {
			found = found || strings.Contains(b, part)
		}
		if !found {
			t.Errorf("%s is in none of %v", part, bodies)
		}
	}
}

func TestTemplateAndNotice(t *testing.T) {
	tn := newTown(t, nil)
	tn.writes(citizen, "你好")
	list := tn.must("/cgi-bin/template/get_all_private_template", nil)["template_list"].([]any)
	id := list[0].(map[string]any)["template_id"]
	data := m{"character_string1": m{"value": "20260001"}, "thing2": m{"value": "路灯"}, "time3": m{"value": "今天"}}
	one := tn.must("/cgi-bin/message/template/send", m{"touser": citizen, "template_id": id, "data": data, "client_msg_id": "k1"})
	two := tn.must("/cgi-bin/message/template/send", m{"touser": citizen, "template_id": id, "data": data, "client_msg_id": "k1"})
	if one["msgid"] != two["msgid"] || len(tn.bubbles()) != 1 {
		t.Error("the same client_msg_id was sent twice")
	}
	contains(t, tn.events(), "TEMPLATESENDJOBFINISH", "<![CDATA[success]]>")
	if _, code := tn.call("/cgi-bin/message/template/send", m{"touser": citizen, "template_id": id, "data": m{}}); code != 47003 {
		t.Errorf("missing data: %d", code)
	}
	data["thing2"] = m{"value": strings.Repeat("灯", 21)}
	if _, code := tn.call("/cgi-bin/message/template/send", m{"touser": citizen, "template_id": id, "data": data}); code != 47003 {
		t.Errorf("too long: %d", code)
	}
	if n := len(tn.p.Deliveries()); n != 1 {
		t.Errorf("%d deliveries", n)
	}
	if _, code := tn.call("/cgi-bin/message/template/send", m{"touser": citizen, "template_id": "none", "data": data}); code != 40037 {
		t.Errorf("unknown template: %d", code)
	}

	notices := tn.must("/wxaapi/newtmpl/gettemplate", nil)["data"].([]any)
	send := func(n int) int {
		body := m{"touser": citizen, "template_id": notices[n].(map[string]any)["priTmplId"], "data": m{
			"character_string1": m{"value": "1"}, "phrase2": m{"value": "已办结"}, "thing1": m{"value": "x"}, "time2": m{"value": "y"},
		}}
		_, code := tn.call("/cgi-bin/message/subscribe/bizsend", body)
		return code
	}
	long, once := notices[0].(map[string]any)["priTmplId"].(string), notices[1].(map[string]any)["priTmplId"].(string)
	if code := send(0); code != 43101 {
		t.Errorf("without consent: %d", code)
	}
	tn.p.Consent(tn.appID, citizen, map[string]bool{long: true, once: true})
	contains(t, tn.events(), "subscribe_msg_popup_event", "accept")
	if got := []int{send(0), send(0), send(1), send(1)}; !cmp.Equal(got, []int{0, 0, 0, 43101}) {
		t.Errorf("long-term twice, one-time twice: %v", got)
	}
	contains(t, tn.events(), "subscribe_msg_sent_event", "SubscribeMsgSentEvent")
	tn.p.Consent(tn.appID, citizen, map[string]bool{long: false})
	if code := send(0); code != 43101 {
		t.Errorf("after refusal: %d", code)
	}
	contains(t, tn.events(), "reject")
}

func TestCustomerServiceSessions(t *testing.T) {
	tn := newTown(t, nil)
	tn.writes(citizen, "你好")
	tn.must("/customservice/kfaccount/add", m{"kf_account": "li@gov", "nickname": "小李"})
	for _, tc := range []struct {
		account, nick string
		code          int
	}{{"li@gov", "x", 65406}, {"noat", "x", 65403}, {"wang@gov", "", 65402}} {
		if _, code := tn.call("/customservice/kfaccount/add", m{"kf_account": tc.account, "nickname": tc.nick}); code != tc.code {
			t.Errorf("add %s: %d, want %d", tc.account, code, tc.code)
		}
	}
	tn.must("/customservice/kfaccount/update", m{"kf_account": "li@gov", "nickname": "李明"})
	ev := simulator.Event{OpenID: citizen}
	tn.p.End(tn.appID, &simulator.Trace{Event: ev, Attempts: []simulator.Attempt{{Outcome: simulator.Replied}}, Reply: models.Reply{Kind: models.ReplyTransfer}})
	if got := tn.must("/customservice/kfsession/getwaitcase", nil)["count"]; got != 1.0 {
		t.Errorf("%v waiting", got)
	}
	tn.must("/customservice/kfsession/create", m{"kf_account": "li@gov", "openid": citizen})
	contains(t, tn.events(), "kf_create_session", "li@gov")
	if worker, in := tn.p.InSession(tn.appID, citizen); !in || worker != "li@gov" {
		t.Errorf("in session %v with %q", in, worker)
	}
	if got := tn.must("/customservice/kfsession/getsession?access_token="+tn.token+"&openid="+citizen, nil)["kf_account"]; got != "li@gov" {
		t.Errorf("session with %v", got)
	}
	tn.p.Say(tn.appID, citizen, "li@gov", "还要多久", false)
	tn.p.Say(tn.appID, citizen, "li@gov", "马上", true)
	now := tn.clock.now().Unix()
	records := tn.must("/customservice/msgrecord/getmsglist", m{"starttime": now - 60, "endtime": now + 60, "msgid": 1, "number": 1})
	rest := tn.must("/customservice/msgrecord/getmsglist", m{"starttime": now - 60, "endtime": now + 60, "msgid": records["msgid"], "number": 10})
	if records["number"] != 1.0 || rest["number"] != 1.0 || rest["recordlist"].([]any)[0].(map[string]any)["opercode"] != 2002.0 {
		t.Errorf("%v then %v", records, rest)
	}
	if _, code := tn.call("/customservice/msgrecord/getmsglist", m{"starttime": 0, "endtime": now, "msgid": 1, "number": 10}); code != 65416 {
		t.Errorf("more than a day: %d", code)
	}
	tn.must("/customservice/kfsession/close", m{"kf_account": "li@gov", "openid": citizen})
	contains(t, tn.events(), "kf_close_session")
	if _, code := tn.call("/customservice/kfsession/close", m{"kf_account": "li@gov", "openid": citizen}); code != 65413 {
		t.Errorf("closed twice: %d", code)
	}
	tn.must("/customservice/kfaccount/del?access_token="+tn.token+"&kf_account=li@gov", nil)
}

func draft(title string) m {
	return m{"articles": []m{{"title": title, "content": "<p>x</p>", "digest": "摘要", "thumb_media_id": "t"}}}
}

func TestPublishAndMassSend(t *testing.T) {
	tn := newTown(t, func(a *models.Account) { a.Kind = models.KindSubscription })
	tn.writes(citizen, "你好")
	first := tn.must("/cgi-bin/draft/add", draft("医保缴费"))["media_id"]
	second := tn.must("/cgi-bin/draft/add", draft("停水通知"))["media_id"]
	if _, code := tn.call("/cgi-bin/draft/add", m{"articles": []m{{"title": "", "content": "x"}}}); code != 45003 {
		t.Errorf("no title: %d", code)
	}
	tn.must("/cgi-bin/draft/update", m{"media_id": first, "index": 0, "articles": m{"title": "医保集中缴费", "content": "y"}})
	published := tn.must("/cgi-bin/freepublish/submit", m{"media_id": first})
	contains(t, tn.events(), "PUBLISHJOBFINISH", "<publish_status>0</publish_status>", published["publish_id"].(string))
	status := tn.must("/cgi-bin/freepublish/get", m{"publish_id": published["publish_id"]})
	items := tn.must("/cgi-bin/freepublish/batchget", m{"offset": 0, "count": 10, "no_content": 1})
	if status["publish_status"] != 0.0 || items["total_count"] != 1.0 {
		t.Errorf("%v, %v", status, items)
	}
	sent := tn.must("/cgi-bin/message/mass/sendall", m{"filter": m{"is_to_all": true}, "mpnews": m{"media_id": second}, "msgtype": "mpnews", "clientmsgid": "c1"})
	contains(t, tn.events(), "MASSSENDJOBFINISH", "send success", "<SentCount>1</SentCount>")
	if b := tn.bubbles(); len(b) != 1 || b[0].Articles[0].Title != "停水通知" {
		t.Errorf("shown %+v", b)
	}
	if again, code := tn.call("/cgi-bin/message/mass/sendall", m{"filter": m{"is_to_all": true}, "mpnews": m{"media_id": second}, "msgtype": "mpnews", "clientmsgid": "c1"}); code != 45065 || again["msg_id"] != sent["msg_id"] {
		t.Errorf("the same clientmsgid: %v", again)
	}
	if _, code := tn.call("/cgi-bin/message/mass/sendall", m{"filter": m{"is_to_all": true}, "text": m{"content": "x"}, "msgtype": "text"}); code != 45028 {
		t.Errorf("second of a day: %d", code)
	}
	tn.must("/cgi-bin/message/mass/preview", m{"touser": citizen, "text": m{"content": "预览"}, "msgtype": "text"})
	if got := tn.must("/cgi-bin/message/mass/get", m{"msg_id": sent["msg_id"]})["msg_status"]; got != "SEND_SUCCESS" {
		t.Errorf("status %v", got)
	}
	tn.must("/cgi-bin/message/mass/delete", m{"msg_id": sent["msg_id"]})
	tn.must("/cgi-bin/freepublish/delete", m{"article_id": status["article_id"]})
	if _, code := tn.call("/cgi-bin/freepublish/getarticle", m{"article_id": status["article_id"]}); code != 53600 {
		t.Errorf("deleted article: %d", code)
	}
}

func TestDataOfYesterday(t *testing.T) {
	tn := newTown(t, nil)
	day := tn.clock.now().In(models.Shanghai()).Format(time.DateOnly)
	tn.does(citizen, func(p simulator.Post) []byte { return p.Subscribe("", "") })
	for i := range 7 {
		tn.writes(citizen, strings.Repeat("问", i+1))
	}
	tn.writes("oANOTHER_CITIZEN_0000000000", "你好")
	tn.does(citizen, func(p simulator.Post) []byte { return p.Image("http://p", "m") })
	ask := func(name string, from, to string) []any {
		t.Helper()
		return tn.must("/datacube/"+name, m{"begin_date": from, "end_date": to})["list"].([]any)
	}
	if _, code := tn.call("/datacube/getupstreammsg", m{"begin_date": day, "end_date": day}); code != 61501 {
		t.Errorf("data of today: %d", code)
	}
	draftID := tn.must("/cgi-bin/draft/add", draft("医保"))["media_id"]
	msgData := tn.must("/cgi-bin/freepublish/submit", m{"media_id": draftID})["msg_data_id"].(float64)
	msgID := strconv.Itoa(int(msgData)) + "_1"
	for _, action := range []string{actionRead, actionRead, actionShare, actionZaikan, actionFinish} {
		tn.p.Act(tn.appID, msgID, citizen, action)
	}
	tn.clock.move(24 * time.Hour)
	tn.token = tn.stable(false).AccessToken
	tn.p.Act(tn.appID, msgID, "oANOTHER_CITIZEN_0000000000", actionRead)
	tn.clock.move(24 * time.Hour)
	tn.token = tn.stable(false).AccessToken
	next := tn.clock.now().AddDate(0, 0, -1).In(models.Shanghai()).Format(time.DateOnly)

	want := []any{
		m{"ref_date": day, "msg_type": 1.0, "msg_user": 2.0, "msg_count": 8.0},
		m{"ref_date": day, "msg_type": 2.0, "msg_user": 1.0, "msg_count": 1.0},
	}
	if diff := cmp.Diff(want, ask("getupstreammsg", day, next)); diff != "" {
		t.Error(diff)
	}
	if got := ask("getupstreammsgdist", day, day); !cmp.Equal(got, []any{
		m{"ref_date": day, "count_interval": 1.0, "msg_user": 1.0}, m{"ref_date": day, "count_interval": 2.0, "msg_user": 1.0},
	}) {
		t.Errorf("spread %v", got)
	}
	calls := ask("getinterfacesummary", day, day)[0].(map[string]any)
	if calls["callback_count"] != 10.0 || calls["fail_count"] != 0.0 || calls["total_time_cost"] != 120.0 || calls["max_time_cost"] != 12.0 {
		t.Errorf("calls %v", calls)
	}
	if got := ask("getusersummary", day, day)[0].(map[string]any); got["new_user"] != 1.0 || got["cancel_user"] != 0.0 {
		t.Errorf("followers %v", got)
	}
	if got := ask("getusercumulate", day, day)[0].(map[string]any)["cumulate_user"]; got != 2.0 {
		t.Errorf("cumulated %v", got)
	}
	detail := ask("getarticletotaldetail", day, day)[0].(map[string]any)
	rows := detail["detail_list"].([]any)
	if detail["msgid"] != msgID || detail["publish_type"] != 1.0 || len(rows) != 2 {
		t.Fatalf("detail %v", detail)
	}
	for i, read := range []float64{1, 2} {
		if row := rows[i].(map[string]any); row["read_user"] != read || row["share_user"] != 1.0 || row["zaikan_user"] != 1.0 {
			t.Errorf("row %d: %v", i, row)
		}
	}
	if got := ask("getarticleread", next, next)[0].(map[string]any)["detail"].(map[string]any)["read_user"]; got != 1.0 {
		t.Errorf("read on the second day by %v", got)
	}
	if got := ask("getbizsummary", day, day)[0].(map[string]any)["detail"].(map[string]any)["read_user"]; got != 1.0 {
		t.Errorf("read on the first day by %v", got)
	}
	for _, dates := range [][2]string{{"x", day}, {next, day}, {"2026-01-01", day}} {
		if _, code := tn.call("/datacube/getusersummary", m{"begin_date": dates[0], "end_date": dates[1]}); code != 61500 && code != 61501 {
			t.Errorf("%v: %d", dates, code)
		}
	}
}
