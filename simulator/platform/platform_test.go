package platform

import (
	"bytes"
	"context"
	"fmt"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/simulator"
)

// town is a platform with its ears: what it tells accounts and shows citizens.
type town struct {
	*desk
	appID string

	mu     sync.Mutex
	told   []simulator.Event
	pushed []Bubble
}

func newTown(t *testing.T, change func(*models.Account)) *town {
	t.Helper()
	account := testAccount()
	if change != nil {
		change(&account)
	}
	tn := &town{appID: account.AppID}
	tn.desk = newDesk(t, func(o *Options) {
		o.Accounts = []models.Account{account}
		o.Callback = func(_ context.Context, appID string, body []byte) {
			ev, err := simulator.ReadEvent(appID, body)
			if err != nil {
				t.Errorf("event of the platform: %v", err)
			}
			tn.mu.Lock()
			defer tn.mu.Unlock()
			tn.told = append(tn.told, ev)
		}
		o.Push = func(_, _ string, b Bubble) {
			tn.mu.Lock()
			defer tn.mu.Unlock()
			tn.pushed = append(tn.pushed, b)
		}
	})
	return tn
}

// does lets a citizen do something, as the client would tell the platform.
func (tn *town) does(openID string, build func(simulator.Post) []byte) {
	tn.t.Helper()
	ev, err := simulator.ReadEvent(tn.appID, build(simulator.Post{To: "gh_123456789abc", From: openID, At: tn.clock.now(), MsgID: "1"}))
	if err != nil {
		tn.t.Fatal(err)
	}
	tn.p.Begin(tn.appID, &ev)
	tn.p.End(tn.appID, &simulator.Trace{Event: ev, Attempts: []simulator.Attempt{{Outcome: simulator.Silent, LatencyMS: 12, Status: 200}}, Answered: true})
}

func (tn *town) writes(openID, text string) {
	tn.does(openID, func(p simulator.Post) []byte { return p.Text(text) })
}

// bubbles are the pushed bubbles so far, with the list emptied.
func (tn *town) bubbles() []Bubble {
	tn.mu.Lock()
	defer tn.mu.Unlock()
	out := tn.pushed
	tn.pushed = nil
	return out
}

// events waits for what the platform has told and returns the bodies.
func (tn *town) events() []string {
	tn.p.pending.Wait()
	tn.mu.Lock()
	defer tn.mu.Unlock()
	var all []string
	for _, ev := range tn.told {
		all = append(all, string(ev.Body))
	}
	tn.told = nil
	return all
}

func (tn *town) speak(openID string) int {
	tn.t.Helper()
	_, code := tn.call("/cgi-bin/message/custom/send", m{"touser": openID, "msgtype": "text", "text": m{"content": "您好"}})
	return code
}

func TestLedgerOfCustomerServiceMessages(t *testing.T) {
	tn := newTown(t, nil)
	if code := tn.speak(citizen); code != 40003 {
		t.Errorf("to a stranger: %d", code)
	}
	tn.does(citizen, func(p simulator.Post) []byte { return p.Subscribe("", "") })
	for i, want := range []int{0, 0, 0, 45047} {
		if code := tn.speak(citizen); code != want {
			t.Errorf("message %d after subscribing: %d, want %d", i+1, code, want)
		}
	}
	tn.clock.move(61 * time.Second)
	if code := tn.speak(citizen); code != 45015 {
		t.Errorf("a minute after subscribing: %d", code)
	}
	tn.does(citizen, func(p simulator.Post) []byte { return p.MenuText("满意", "101") })
	for range 3 {
		tn.speak(citizen)
	}
	if code := tn.speak(citizen); code != 45047 {
		t.Errorf("a clicked menu message opens more than three: %d", code)
	}
	tn.writes(citizen, "你好")
	tn.clock.move(47 * time.Hour)
	tn.token = tn.stable(false).AccessToken
	for i, want := range []int{0, 0, 0, 0, 0, 45047} {
		if code := tn.speak(citizen); code != want {
			t.Errorf("message %d after 47 hours: %d, want %d", i+1, code, want)
		}
	}
	tn.clock.move(90 * time.Minute)
	if code := tn.speak(citizen); code != 45015 {
		t.Errorf("after 48 hours: %d", code)
	}
	tn.writes(citizen, "还在吗")
	tn.does(citizen, func(p simulator.Post) []byte { return p.Unsubscribe() })
	if code := tn.speak(citizen); code != 45015 {
		t.Errorf("to one who left: %d", code)
	}
}

func TestShortWindowIsSpentFirst(t *testing.T) {
	tn := newTown(t, nil)
	tn.writes(citizen, "你好")
	tn.does(citizen, func(p simulator.Post) []byte { return p.Click("HELP") })
	for i := range 8 {
		if code := tn.speak(citizen); code != 0 {
			t.Errorf("message %d of 3 + 5: %d", i+1, code)
		}
	}
	if code := tn.speak(citizen); code != 45047 {
		t.Errorf("ninth message: %d", code)
	}
}

func TestCustomerServiceMessagesAreShown(t *testing.T) {
	tn := newTown(t, nil)
	send := func(body m) int {
		tn.writes(citizen, "你好")
		body["touser"] = citizen
		_, code := tn.call("/cgi-bin/message/custom/send", body)
		return code
	}
	article := m{"title": "指南", "description": "看懂", "url": "http://a", "picurl": "http://p"}
	cases := []struct {
		name string
		body m
		code int
		want Bubble
	}{
		{"text", m{"msgtype": "text", "text": m{"content": "您好"}}, 0, Bubble{Kind: "text", Text: "您好"}},
		{"empty", m{"msgtype": "text", "text": m{"content": " "}}, 44004, Bubble{}},
		{"long", m{"msgtype": "text", "text": m{"content": strings.Repeat("长", 683)}}, 45002, Bubble{}},
		{"unknown media", m{"msgtype": "image", "image": m{"media_id": "x"}}, 40007, Bubble{}},
		{"unknown type", m{"msgtype": "poem"}, 40008, Bubble{}},
		{"news", m{"msgtype": "news", "news": m{"articles": []m{article}}}, 0, Bubble{Kind: "news", Articles: []models.Article{{Title: "指南", Description: "看懂", URL: "http://a", PicURL: "http://p"}}}},
		{"two articles", m{"msgtype": "news", "news": m{"articles": []m{article, article}}}, 45008, Bubble{}},
		{"menu", m{"msgtype": "msgmenu", "msgmenu": m{"head_content": "满意吗", "list": []m{{"id": "101", "content": "满意"}, {"id": 102, "content": "否"}}, "tail_content": "谢谢"}}, 0, Bubble{Kind: "menu", Text: "满意吗", Items: []menuChoice{{"101", "满意"}, {"102", "否"}}, Tail: "谢谢"}},
		{"mini program", m{"msgtype": "miniprogrampage", "miniprogrampage": m{"title": "政务", "appid": "wx1", "pagepath": "p"}}, 0, Bubble{Kind: "miniprogram", Title: "政务", URL: "p"}},
		{"unknown staff", m{"msgtype": "text", "text": m{"content": "您好"}, "customservice": m{"kf_account": "a@b"}}, 65401, Bubble{}},
	}
	for _, tc := range cases {
		t.Run(tc.name, func(t *testing.T) {
			if code := send(tc.body); code != tc.code {
				t.Fatalf("errcode %d, want %d", code, tc.code)
			}
			got := tn.bubbles()
			if tc.code != 0 {
				if len(got) != 0 {
					t.Errorf("shown although refused: %+v", got)
				}
				return
			}
			if diff := cmp.Diff([]Bubble{tc.want}, got); diff != "" {
				t.Error(diff)
			}
		})
	}
	typing := func() int {
		_, code := tn.call("/cgi-bin/message/custom/typing", m{"touser": citizen, "command": "Typing"})
		return code
	}
	if one, two := typing(), typing(); one != 0 || two != 45081 {
		t.Errorf("typing twice: %d, %d", one, two)
	}
	tn.clock.move(31 * time.Second)
	if code := typing(); code != 45080 {
		t.Errorf("typing to one who was silent: %d", code)
	}
}

func TestRightsFollowTheKindOfAccount(t *testing.T) {
	cases := []struct {
		kind     models.AccountKind
		verified bool
		path     string
		code     int
	}{
		{models.KindSubscription, false, "/cgi-bin/menu/get", 48001},
		{models.KindSubscription, false, "/cgi-bin/get_current_autoreply_info", 0},
		{models.KindSubscription, true, "/cgi-bin/menu/get", 46003},
		{models.KindSubscription, true, "/cgi-bin/template/get_all_private_template", 48001},
		{models.KindService, false, "/cgi-bin/tags/get", 48001},
		{models.KindService, true, "/cgi-bin/tags/get", 0},
		{models.KindService, true, "/wxaapi/newtmpl/getcategory", 0},
	}
	for _, tc := range cases {
		t.Run(fmt.Sprintf("%s %v %s", tc.kind, tc.verified, tc.path), func(t *testing.T) {
			tn := newTown(t, func(a *models.Account) { a.Kind, a.Verified = tc.kind, tc.verified })
			if _, code := tn.call(tc.path, nil); code != tc.code {
				t.Errorf("errcode %d, want %d", code, tc.code)
			}
		})
	}
}

func TestUsersAndTags(t *testing.T) {
	tn := newTown(t, nil)
	for i := range 3 {
		tn.writes(fmt.Sprintf("oCITIZEN_NUMBER_%012d", i), "你好")
	}
	list := tn.must("/cgi-bin/user/get", nil)
	ids := list["data"].(map[string]any)["openid"].([]any)
	if list["total"] != 3.0 || len(ids) != 3 || list["next_openid"] != ids[2] {
		t.Errorf("%v", list)
	}
	if rest := tn.must("/cgi-bin/user/get?access_token="+tn.token+"&next_openid="+ids[2].(string), nil); rest["count"] != 0.0 {
		t.Errorf("after the last: %v", rest)
	}
	info := tn.must("/cgi-bin/user/info?access_token="+tn.token+"&openid="+ids[0].(string), nil)
	if info["subscribe"] != 1.0 || info["nickname"] != "" {
		t.Errorf("%v", info)
	}
	id := tn.must("/cgi-bin/tags/create", m{"tag": m{"name": "企业"}})["tag"].(map[string]any)["id"]
	if _, code := tn.call("/cgi-bin/tags/create", m{"tag": m{"name": "企业"}}); code != 45157 {
		t.Errorf("the same tag twice: %d", code)
	}
	tn.must("/cgi-bin/tags/members/batchtagging", m{"tagid": id, "openid_list": ids[:2]})
	if n := tn.must("/cgi-bin/tags/get", nil)["tags"].([]any)[0].(map[string]any)["count"]; n != 2.0 {
		t.Errorf("%v members", n)
	}
	tn.must("/cgi-bin/tags/members/batchuntagging", m{"tagid": id, "openid_list": ids[:1]})
	if got := tn.must("/cgi-bin/user/tag/get", m{"tagid": id})["count"]; got != 1.0 {
		t.Errorf("%v members after one was taken out", got)
	}
	tn.must("/cgi-bin/tags/update", m{"tag": m{"id": id, "name": "个体"}})
	tn.must("/cgi-bin/user/info/updateremark", m{"openid": ids[1], "remark": "老客户"})
	batch := tn.must("/cgi-bin/user/info/batchget", m{"user_list": []m{{"openid": ids[1]}}})["user_info_list"].([]any)[0].(map[string]any)
	if batch["remark"] != "老客户" || !cmp.Equal(batch["tagid_list"], []any{id}) {
		t.Errorf("%v", batch)
	}
	tn.must("/cgi-bin/tags/delete", m{"tag": m{"id": id}})
	if got := tn.must("/cgi-bin/tags/getidlist", m{"openid": ids[1]})["tagid_list"].([]any); len(got) != 0 {
		t.Errorf("tags after deletion: %v", got)
	}
}

func TestMenuLife(t *testing.T) {
	tn := newTown(t, nil)
	tn.writes(citizen, "你好")
	click := m{"type": "click", "name": "留言", "key": "LY"}
	tn.must("/cgi-bin/menu/create", m{"button": []m{click, {"name": "办事", "sub_button": []m{{"type": "view", "name": "网厅", "url": "http://a"}}}}})
	if got := tn.p.Menu(tn.appID, citizen); len(got) != 2 || got[1].SubButton[0].URL != "http://a" {
		t.Errorf("%+v", got)
	}
	bad := []struct {
		buttons []m
		code    int
	}{
		{[]m{}, 40016},
		{[]m{click, click, click, click}, 40016},
		{[]m{{"type": "click", "name": ""}}, 40018},
		{[]m{{"type": "sing", "name": "唱"}}, 40017},
		{[]m{{"type": "click", "name": "无键"}}, 40019},
		{[]m{{"type": "view", "name": "无址"}}, 40020},
		{[]m{{"name": "多", "sub_button": []m{click, click, click, click, click, click}}}, 40023},
		{[]m{{"type": "click", "name": "政务服务大厅", "key": "a"}}, 40018},
		{[]m{{"name": "多", "sub_button": []m{{"type": "click", "name": strings.Repeat("政", 21), "key": "a"}}}}, 40025},
	}
	for _, tc := range bad {
		if _, code := tn.call("/cgi-bin/menu/create", m{"button": tc.buttons}); code != tc.code {
			t.Errorf("%v: %d, want %d", tc.buttons, code, tc.code)
		}
	}
	tag := tn.must("/cgi-bin/tags/create", m{"tag": m{"name": "企业"}})["tag"].(map[string]any)["id"]
	menuID := tn.must("/cgi-bin/menu/addconditional", m{"button": []m{{"type": "click", "name": "企业", "key": "QY"}}, "matchrule": m{"tag_id": tag}})["menuid"]
	tn.must("/cgi-bin/tags/members/batchtagging", m{"tagid": tag, "openid_list": []string{citizen}})
	if got := tn.p.Menu(tn.appID, citizen); len(got) != 1 || got[0].Key != "QY" {
		t.Errorf("menu of a tagged citizen: %+v", got)
	}
	tn.must("/cgi-bin/menu/delconditional", m{"menuid": menuID})
	if got := tn.p.Menu(tn.appID, citizen); len(got) != 2 {
		t.Errorf("menu without the conditional one: %+v", got)
	}
	tn.must("/cgi-bin/menu/delete", nil)
	if _, code := tn.call("/cgi-bin/menu/get", nil); code != 46003 {
		t.Errorf("deleted menu: %d", code)
	}
}

// upload calls a path with a file.
func (d *desk) upload(path, name string, content []byte) map[string]any {
	d.t.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	part, err := form.CreateFormFile("media", name)
	if err != nil {
		d.t.Fatal(err)
	}
	_, _ = part.Write(content)
	_ = form.Close()
	r := httptest.NewRequest(http.MethodPost, path+"&access_token="+d.token, &body)
	r.Header.Set("Content-Type", form.FormDataContentType())
	w := httptest.NewRecorder()
	d.p.ServeHTTP(w, r)
	var answer map[string]any
	mustJSON(d.t, w.Body.Bytes(), &answer)
	return answer
}

func TestMediaLivesThreeDays(t *testing.T) {
	tn := newTown(t, nil)
	id, _ := tn.upload("/cgi-bin/media/upload?type=image", "a.png", png())["media_id"].(string)
	path := "/cgi-bin/media/get?media_id=" + id + "&access_token="
	if w := tn.raw("GET", path+tn.token, ""); !bytes.Equal(w.Body.Bytes(), png()) || w.Header().Get("Content-Type") != "image/png" {
		t.Errorf("%s: %q", w.Header(), w.Body)
	}
	tn.p.SetMaterials(tn.appID, nil)
	kept, _ := tn.upload("/cgi-bin/material/add_material?type=image", "b.png", png())["media_id"].(string)
	tn.clock.move(73 * time.Hour)
	tn.token = tn.stable(false).AccessToken
	if _, code := tn.call(path+tn.token, nil); code != 40007 {
		t.Errorf("after three days: %d", code)
	}
	if w := tn.raw("POST", "/cgi-bin/material/get_material", `{"media_id":"`+kept+`"}`); !bytes.Equal(w.Body.Bytes(), png()) {
		t.Errorf("permanent material: %q", w.Body)
	}
	if got := tn.must("/cgi-bin/material/get_materialcount", nil)["image_count"]; got != 1.0 {
		t.Errorf("%v images", got)
	}
	tn.must("/cgi-bin/material/del_material", m{"media_id": kept})
	if got := tn.upload("/cgi-bin/media/upload?type=thumb", "t.jpg", make([]byte, 70<<10))["errcode"]; got != 40012.0 {
		t.Errorf("a thumb of 70 KB: %v", got)
	}
	if got := tn.upload("/cgi-bin/media/upload?type=smell", "t.jpg", png())["errcode"]; got != 40004.0 {
		t.Errorf("unknown kind: %v", got)
	}
}
