package chat

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"path"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/simulator"
	"github.com/wenzheng/wenzheng/simulator/platform"
)

// stage is a server before an office.
type stage struct {
	t      *testing.T
	server *Server
	http   *httptest.Server
	office *office
	appID  string
}

func newStage(t *testing.T, answer answerer) *stage {
	t.Helper()
	return newStageWith(t, answer, func(*Options) {})
}

func newStageWith(t *testing.T, answer answerer, set func(*Options)) *stage {
	t.Helper()
	account := testAccount()
	o := newOffice(t, account, answer)
	options := Options{
		Accounts: []models.Account{account}, Targets: []string{o.server.URL},
		Policy: simulator.Policy{Timeout: 2 * time.Second, Spacing: 20 * time.Millisecond, AtOnce: time.Millisecond},
		Explain: func(_ context.Context, m *models.Message) (models.Match, error) {
			if m.Content == "坏" {
				return models.Match{}, errors.New("no rules")
			}
			return models.Match{RuleName: "规则", Reason: "含“" + m.Content + "”"}, nil
		},
	}
	set(&options)
	s, err := NewServer(options)
	if err != nil {
		t.Fatal(err)
	}
	h := httptest.NewServer(s)
	t.Cleanup(func() {
		s.Close()
		h.Close()
	})
	return &stage{t: t, server: s, http: h, office: o, appID: account.AppID}
}

func polite(o *office, _ int, w http.ResponseWriter, ev simulator.Event) {
	if ev.MsgType == "text" || ev.Event == "click" {
		o.say(w, ev, "您好")
	}
}

func (st *stage) do(method, url string, body any, into any) int {
	st.t.Helper()
	data, err := json.Marshal(body)
	if err != nil {
		st.t.Fatal(err)
	}
	r, err := http.NewRequestWithContext(st.t.Context(), method, st.http.URL+url, bytes.NewReader(data))
	if err != nil {
		st.t.Fatal(err)
	}
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		st.t.Fatal(err)
	}
	defer res.Body.Close()
	if into != nil {
		if err := json.NewDecoder(res.Body).Decode(into); err != nil {
			st.t.Fatalf("%s: %v", url, err)
		}
	}
	return res.StatusCode
}

type entriesAnswer struct {
	Entries []Entry `json:"entries"`
}

// send does something as citizen 1 and returns the whole chat afterwards.
func (st *stage) send(action m) []Entry {
	st.t.Helper()
	action["app_id"], action["citizen"], action["wait"] = st.appID, "1", true
	var out entriesAnswer
	if code := st.do("POST", "/simulator/send", action, &out); code != http.StatusOK {
		st.t.Fatalf("%v: status %d", action, code)
	}
	return out.Entries
}

// errcode is the platform's answer to a call that failed.
type errcode struct {
	Code int `json:"errcode"`
}

// api calls the platform's API as the account.
func (st *stage) api(path string, body m) {
	st.t.Helper()
	account := testAccount()
	var token struct {
		AccessToken string `json:"access_token"`
	}
	st.do("POST", "/cgi-bin/stable_token", m{"grant_type": "client_credential", "appid": account.AppID, "secret": account.Secret}, &token)
	var fault errcode
	if st.do("POST", path+"?access_token="+token.AccessToken, body, &fault); fault.Code != 0 {
		st.t.Fatalf("%s: errcode %d", path, fault.Code)
	}
}

func TestChatShowsQuestionAnswerAndWhy(t *testing.T) {
	st := newStage(t, polite)
	chat := st.send(m{"kind": "text", "text": "公积金"})
	if len(chat) != 2 {
		t.Fatalf("%d entries", len(chat))
	}
	q, a := chat[0], chat[1]
	if q.Side != SideCitizen || q.Delivery.Match.Reason != "含“公积金”" || q.Delivery.Outcome != simulator.Replied || len(q.Delivery.Attempts) != 1 {
		t.Errorf("question %+v", q)
	}
	at := q.Delivery.Attempts[0]
	if !strings.Contains(at.Query, "msg_signature=") || !strings.Contains(at.Sent, "<Encrypt>") || !strings.Contains(at.Received, "<Encrypt>") || !strings.Contains(at.Reply, "您好") {
		t.Errorf("attempt %+v", at)
	}
	if a.Side != SideAccount || a.Bubble.Text != "您好" || a.Pushed {
		t.Errorf("answer %+v", a)
	}
	if chat := st.send(m{"kind": "text", "text": "坏"}); chat[2].Delivery.Match != nil {
		t.Errorf("explained although nobody could: %+v", chat[2].Delivery.Match)
	}
}

func TestEverythingACitizenCanDo(t *testing.T) {
	st := newStage(t, polite)
	cases := []struct {
		name   string
		action m
		want   string // in the last body
	}{
		{"menu item", m{"kind": "menu", "text": "满意", "menu_id": "101"}, "<bizmsgmenuid><![CDATA[101]]></bizmsgmenuid>"},
		{"picture", m{"kind": "image", "data": "data:image/png;base64,iVBORw0KGgo="}, "/simulator/media/"},
		{"grey picture", m{"kind": "image"}, "<MsgType><![CDATA[image]]>"},
		{"voice", m{"kind": "voice"}, "<![CDATA[amr]]>"},
		{"video", m{"kind": "video"}, "ThumbMediaId"},
		{"place", m{"kind": "location", "text": "大厅", "x": "28.1", "y": "112.9"}, "<Location_X>28.1</Location_X>"},
		{"link", m{"kind": "link", "title": "t", "url": "http://u"}, "<Url><![CDATA[http://u]]>"},
		{"scan of a follower", m{"kind": "scan", "scene": "w7"}, "<Event><![CDATA[SCAN]]>"},
		{"unfollow", m{"kind": "unfollow"}, "<Event><![CDATA[unsubscribe]]>"},
		{"scan of a stranger", m{"kind": "scan", "scene": "w7"}, "qrscene_w7"},
		{"follow", m{"kind": "follow"}, "<Event><![CDATA[subscribe]]>"},
		{"click", m{"kind": "button", "button": m{"type": "click", "name": "n", "key": "K"}}, "<EventKey><![CDATA[K]]>"},
		{"view", m{"kind": "button", "button": m{"type": "view", "name": "n", "url": "http://v"}}, "<Event><![CDATA[VIEW]]>"},
		{"mini program", m{"kind": "button", "button": m{"type": "miniprogram", "name": "n", "pagepath": "p"}}, "view_miniprogram"},
		{"scan button", m{"kind": "button", "button": m{"type": "scancode_waitmsg", "name": "n", "key": "K"}}, "scancode_waitmsg"},
		{"place button", m{"kind": "button", "button": m{"type": "location_select", "name": "n", "key": "K"}}, "<MsgType><![CDATA[location]]>"},
		{"photo button", m{"kind": "button", "button": m{"type": "pic_weixin", "name": "n", "key": "K"}}, "<MsgType><![CDATA[image]]>"},
	}
	for _, tc := range cases {
		t.Run(tc.name, func(t *testing.T) {
			st.send(tc.action)
			bodies := st.office.bodies()
			if got := bodies[len(bodies)-1]; !strings.Contains(got, tc.want) {
				t.Errorf("delivered %s", got)
			}
		})
	}
	for _, bad := range []m{
		{"kind": "text", "text": " "},
		{"kind": "sing"},
		{"kind": "scan"},
		{"kind": "button"},
		{"kind": "button", "button": m{"type": "media_id"}},
		{"kind": "image", "data": "data:text/html;base64,eA=="},
	} {
		bad["app_id"], bad["citizen"] = st.appID, "1"
		var problem models.Error
		if code := st.do("POST", "/simulator/send", bad, &problem); code != http.StatusBadRequest || problem.Message == "" {
			t.Errorf("%v: status %d, %+v", bad, code, problem)
		}
	}
	if code := st.do("POST", "/simulator/send", m{"kind": "text", "text": "x", "app_id": "wx", "citizen": "1"}, nil); code != http.StatusNotFound {
		t.Errorf("unknown account: %d", code)
	}
}

func TestBrokenServiceIsShownAsWeChatDoes(t *testing.T) {
	st := newStage(t, func(_ *office, _ int, w http.ResponseWriter, ev simulator.Event) {
		if ev.Message.Content == "坏" {
			_, _ = w.Write([]byte(`{"code":7}`))
			return
		}
		w.WriteHeader(http.StatusBadGateway)
	})
	for _, text := range []string{"坏", "没人"} {
		chat := st.send(m{"kind": "text", "text": text})
		if last := chat[len(chat)-1]; last.Side != SideSystem || last.Bubble.Text != brokenNotice {
			t.Errorf("%s: %+v", text, last)
		}
	}
}

func TestRepetitionShowsWhetherAnswersAgree(t *testing.T) {
	for _, constant := range []bool{true, false} {
		st := newStage(t, func(o *office, n int, w http.ResponseWriter, ev simulator.Event) {
			if constant {
				n = 0
			}
			o.say(w, ev, strings.Repeat("答", n+1))
		})
		id := st.send(m{"kind": "text", "text": "问"})[0].ID
		var d Delivery
		if code := st.do("POST", "/simulator/repeat", m{"app_id": st.appID, "citizen": "1", "entry": strconv.Itoa(id)}, &d); code != http.StatusOK {
			t.Fatalf("status %d", code)
		}
		if len(d.Attempts) != 4 || d.Mismatch == constant || d.Match == nil {
			t.Errorf("constant %v: %d attempts, mismatch %v", constant, len(d.Attempts), d.Mismatch)
		}
		if code := st.do("POST", "/simulator/repeat", m{"app_id": st.appID, "citizen": "1", "entry": "999"}, nil); code != http.StatusNotFound {
			t.Errorf("unknown entry: %d", code)
		}
	}
}

func TestMessagesArriveByThemselves(t *testing.T) {
	st := newStage(t, polite)
	res, err := http.Get(st.http.URL + "/simulator/events?citizen=1")
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	lines := bufio.NewScanner(res.Body)
	lines.Scan() // the greeting: the stream stands
	st.send(m{"kind": "text", "text": "你好"})
	for _, body := range []m{{"command": "Typing"}, {"msgtype": "text", "text": m{"content": "我是小李"}}} {
		path := "/cgi-bin/message/custom/send"
		if body["command"] != nil {
			path = "/cgi-bin/message/custom/typing"
		}
		body["touser"] = st.server.citizenOpenID(st.appID, "1")
		st.api(path, body)
	}
	var seen []string
	for lines.Scan() {
		data, is := strings.CutPrefix(lines.Text(), "data: ")
		if !is {
			continue
		}
		var ev liveEvent
		if err := json.Unmarshal([]byte(data), &ev); err != nil {
			t.Fatalf("%v in %s", err, data)
		}
		line := ev.Type
		if ev.Entry != nil {
			line += " " + string(ev.Entry.Side) + " " + ev.Entry.Bubble.Text
		}
		seen = append(seen, line)
		if strings.Contains(line, "小李") {
			break
		}
	}
	want := "entry citizen 你好|update citizen 你好|entry account 您好|typing|entry account 我是小李"
	if got := strings.Join(seen, "|"); got != want {
		t.Errorf("heard %s\nwant  %s", got, want)
	}
}

func TestCustomerServiceTakesTheChat(t *testing.T) {
	st := newStage(t, polite)
	st.send(m{"kind": "text", "text": "你好"})
	openID := st.server.citizenOpenID(st.appID, "1")
	st.api("/customservice/kfaccount/add", m{"kf_account": "li@gov", "nickname": "小李"})
	st.api("/customservice/kfsession/create", m{"kf_account": "li@gov", "openid": openID})
	var note string
	for _, e := range st.send(m{"kind": "text", "text": "还在吗"}) {
		if e.Bubble.Text == "还在吗" {
			note = e.Delivery.Note
		}
	}
	if !strings.Contains(note, "li@gov") || strings.Contains(strings.Join(st.office.bodies(), ""), "还在吗") {
		t.Errorf("delivered although a person took over: note %q", note)
	}
}

func TestOnlyThisMachineMayCall(t *testing.T) {
	st := newStage(t, polite)
	cases := []struct {
		name, remote, host, origin, site, method string
		code                                     int
	}{
		{"here", "127.0.0.1:1", "localhost:8090", "", "", "GET", 200},
		{"here, IPv6", "[::1]:1", "[::1]:8090", "", "", "GET", 200},
		{"own page", "127.0.0.1:1", "127.0.0.1:8090", "http://127.0.0.1:8090", "same-origin", "GET", 200},
		{"another machine", "10.0.0.7:1", "localhost", "", "", "GET", 403},
		{"a name pointed here", "127.0.0.1:1", "evil.example", "", "", "GET", 403},
		{"foreign page", "127.0.0.1:1", "127.0.0.1:8090", "http://evil.example", "", "GET", 403},
		{"foreign form", "127.0.0.1:1", "127.0.0.1:8090", "", "cross-site", "POST", 403},
		{"broken origin", "127.0.0.1:1", "127.0.0.1:8090", "null", "", "GET", 403},
	}
	for _, tc := range cases {
		t.Run(tc.name, func(t *testing.T) {
			r := httptest.NewRequest(tc.method, "/simulator/citizens", nil)
			r.RemoteAddr, r.Host = tc.remote, tc.host
			for name, value := range map[string]string{"Origin": tc.origin, "Sec-Fetch-Site": tc.site} {
				if value != "" {
					r.Header.Set(name, value)
				}
			}
			w := httptest.NewRecorder()
			st.server.ServeHTTP(w, r)
			if w.Code != tc.code {
				t.Errorf("status %d, want %d", w.Code, tc.code)
			}
		})
	}
}

func TestFaultsOverHTTP(t *testing.T) {
	st := newStage(t, polite)
	var list struct {
		Faults []platform.Fault `json:"faults"`
	}
	if code := st.do("POST", "/simulator/faults", m{"path": "/cgi-bin/stable_token", "kind": "errcode", "errcode": 40164}, &list); code != 200 || len(list.Faults) != 1 {
		t.Fatalf("status %d, %+v", code, list)
	}
	var fault errcode
	if st.do("POST", "/cgi-bin/stable_token", m{}, &fault); fault.Code != 40164 {
		t.Errorf("%+v", fault)
	}
	if code := st.do("POST", "/simulator/faults", []m{{"path": "/", "kind": "flood"}}, nil); code != http.StatusBadRequest {
		t.Errorf("unknown kind: %d", code)
	}
	if st.do("DELETE", "/simulator/faults", nil, &list); len(list.Faults) != 0 {
		t.Errorf("left %+v", list)
	}
}

func TestPageIsWholeAndItsOwn(t *testing.T) {
	st := newStage(t, polite)
	files, err := pageFiles.ReadDir("page")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		data, err := pageFiles.ReadFile("page/" + f.Name())
		if err != nil {
			t.Fatal(err)
		}
		text := string(data)
		if n := strings.Count(text, "\n"); n >= 300 {
			t.Errorf("%s has %d lines", f.Name(), n)
		}
		for _, bad := range []string{"innerHTML", "insertAdjacentHTML", "eval(", "document.write", " style=", "onclick=\"", "<style", "javascript:", "//cdn"} {
			if strings.Contains(text, bad) {
				t.Errorf("%s holds %s", f.Name(), bad)
			}
		}
		if path.Ext(f.Name()) == ".html" && strings.Contains(text, "<script>") {
			t.Errorf("%s has an inline script", f.Name())
		}
		res, err := http.Get(st.http.URL + "/" + f.Name())
		if err != nil {
			t.Fatal(err)
		}
		res.Body.Close()
		if res.StatusCode != http.StatusOK || !strings.Contains(res.Header.Get("Content-Security-Policy"), "script-src 'self'") {
			t.Errorf("%s: status %d, %v", f.Name(), res.StatusCode, res.Header)
		}
	}
}

func TestCitizensAreNamed(t *testing.T) {
	st := newStage(t, polite)
	for _, want := range []string{"市民甲", "市民乙"} {
		var c citizenView
		if code := st.do("POST", "/simulator/citizens", nil, &c); code != http.StatusCreated || c.Name != want {
			t.Errorf("status %d, %+v, want %s", code, c, want)
		}
	}
	if got := citizenName(11); got != "市民11" {
		t.Error(got)
	}
	if st.server.citizenOpenID(st.appID, "1") == st.server.citizenOpenID(st.appID, "2") {
		t.Error("two citizens share an OpenID")
	}
}
