package platform

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/wenzheng/wenzheng/wechat/wechattest"

	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/simulator"
)

// paths are the API paths the platform serves, sorted.
func (p *Platform) paths() []string {
	paths := make([]string, 0, len(p.routes))
	for path := range p.routes {
		paths = append(paths, path)
	}
	slices.Sort(paths)
	return paths
}

// unserved are the samples of others whose path the platform does not serve, and why.
func unserved() map[string]string {
	retired := "out of maintenance since the platform's new article statistics; the product must not call it"
	web := "web sign-in of citizens: the product has no page that uses it"
	return map[string]string{
		"datacube_getarticlesummary.json": retired, "datacube_getarticletotal.json": retired,
		"datacube_getuserread.json": retired, "datacube_getuserreadhour.json": retired,
		"datacube_getusershare.json": retired, "datacube_getusersharehour.json": retired,
		"sns_oauth2_access_token.json": web, "sns_oauth2_refresh_token.json": web, "sns_userinfo.json": web,
	}
}

// shapeTown is a platform with something to tell on every path.
func shapeTown(t *testing.T) *town {
	tn := newTown(t, nil)
	for _, id := range []string{citizen, "oANOTHER_CITIZEN_0000000000"} {
		tn.writes(id, "你好")
	}
	tn.must("/customservice/kfaccount/add", m{"kf_account": "li@gov", "nickname": "小李"})
	tn.must("/customservice/kfsession/create", m{"kf_account": "li@gov", "openid": citizen})
	tn.p.Say(tn.appID, citizen, "li@gov", "马上", true)
	tn.p.End(tn.appID, &simulator.Trace{Event: simulator.Event{OpenID: "oANOTHER_CITIZEN_0000000000"}, Attempts: []simulator.Attempt{{Outcome: simulator.Replied, LatencyMS: 5}}})
	tn.p.mu.Lock()
	tn.p.realms[tn.appID].sessions["oANOTHER_CITIZEN_0000000000"] = &session{openID: "oANOTHER_CITIZEN_0000000000", since: tn.clock.now()}
	tn.p.mu.Unlock()
	tn.must("/cgi-bin/menu/create", m{"button": []m{{"type": "click", "name": "留言", "key": "LY"}}})
	return tn
}

// requests are the bodies of the calls that need one, and queries by path.
func (tn *town) requests() (bodies map[string]any, queries map[string]string) {
	tagID := tn.must("/cgi-bin/tags/create", m{"tag": m{"name": "企业"}})["tag"].(map[string]any)["id"]
	tn.must("/cgi-bin/tags/members/batchtagging", m{"tagid": tagID, "openid_list": []string{citizen}})
	draftID := tn.must("/cgi-bin/draft/add", draft("医保"))["media_id"]
	now := tn.clock.now().Unix()
	data := m{"character_string1": m{"value": "20260001"}, "thing2": m{"value": "路灯"}, "time3": m{"value": "今天"}}
	template := tn.must("/cgi-bin/template/get_all_private_template", nil)["template_list"].([]any)[0].(map[string]any)["template_id"]
	notice, _ := tn.must("/wxaapi/newtmpl/gettemplate", nil)["data"].([]any)[0].(map[string]any)["priTmplId"].(string)
	tn.p.Consent(tn.appID, citizen, map[string]bool{notice: true})
	bodies = map[string]any{
		"/cgi-bin/tags/create":                 m{"tag": m{"name": "志愿者"}},
		"/cgi-bin/tags/update":                 m{"tag": m{"id": tagID, "name": "个体户"}},
		"/cgi-bin/tags/getidlist":              m{"openid": citizen},
		"/cgi-bin/tags/members/batchtagging":   m{"tagid": tagID, "openid_list": []string{citizen}},
		"/cgi-bin/tags/members/batchuntagging": m{"tagid": tagID, "openid_list": []string{citizen}},
		"/cgi-bin/template/api_add_template":   m{"template_id_short": "TM00015"},
		"/cgi-bin/message/template/send":       m{"touser": citizen, "template_id": template, "data": data},
		"/cgi-bin/message/subscribe/bizsend":   m{"touser": citizen, "template_id": notice, "data": noticeData()},
		"/cgi-bin/message/custom/typing":       m{"touser": citizen, "command": "Typing"},
		"/cgi-bin/message/mass/preview":        m{"touser": citizen, "text": m{"content": "预览"}, "msgtype": "text"},
		"/cgi-bin/message/mass/speed/get":      m{},
		"/cgi-bin/draft/add":                   draft("公积金"),
		"/cgi-bin/draft/batchget":              m{"offset": 0, "count": 5},
		"/cgi-bin/material/batchget_material":  m{"type": "news", "offset": 0, "count": 5},
		"/cgi-bin/freepublish/submit":          m{"media_id": draftID},
		"/cgi-bin/openapi/quota/get":           m{"cgi_path": "/cgi-bin/getcallbackip"},
		"/cgi-bin/clear_quota":                 m{"appid": tn.appID},
		"/cgi-bin/menu/addconditional":         m{"button": []m{{"type": "click", "name": "企业", "key": "QY"}}, "matchrule": m{"tag_id": tagID}},
		"/cgi-bin/stable_token":                m{"grant_type": "client_credential", "appid": tn.appID, "secret": testAccount().Secret},
		"/cgi-bin/callback/check":              m{"action": "all", "check_operator": "DEFAULT"},
		"/customservice/kfaccount/add":         m{"kf_account": "new@gov", "nickname": "新人"},
		"/customservice/kfaccount/update":      m{"kf_account": "li@gov", "nickname": "小李"},
		"/customservice/kfsession/create":      m{"kf_account": "li@gov", "openid": citizen},
		"/customservice/kfsession/close":       m{"kf_account": "li@gov", "openid": citizen},
		"/customservice/msgrecord/getmsglist":  m{"starttime": now - 60, "endtime": now + 60, "msgid": 1, "number": 10},
		"/cgi-bin/menu/create":                 m{"button": []m{{"type": "click", "name": "留言", "key": "LY"}}},
		"/cgi-bin/message/custom/send":         m{"touser": citizen, "msgtype": "text", "text": m{"content": "您好"}},
		"/cgi-bin/message/mass/send":           m{"touser": []string{citizen}, "mpnews": m{"media_id": draftID}, "msgtype": "mpnews"},
		"/cgi-bin/qrcode/create":               m{"action_name": "QR_STR_SCENE", "action_info": m{"scene": m{"scene_str": "a"}}},
		"/cgi-bin/user/info/batchget":          m{"user_list": []m{{"openid": citizen}}},
		"/cgi-bin/user/info/updateremark":      m{"openid": citizen, "remark": "x"},
		"/cgi-bin/user/tag/get":                m{"tagid": tagID},
	}
	queries = map[string]string{
		"/customservice/kfaccount/del":            "kf_account=new@gov",
		"/customservice/kfsession/getsession":     "openid=" + citizen,
		"/customservice/kfsession/getsessionlist": "kf_account=li@gov",
		"/cgi-bin/user/info":                      "openid=" + citizen,
		"/cgi-bin/token":                          "grant_type=client_credential&appid=" + tn.appID + "&secret=" + testAccount().Secret,
	}
	return bodies, queries
}

func noticeData() m {
	return m{
		"character_string1": m{"value": "1"}, "phrase2": m{"value": "已办结"}, "thing1": m{"value": "x"}, "time2": m{"value": "y"},
	}
}

// pathOfSample turns the name of a sample into its path: customservice_kfaccount_add.json
// is /customservice/kfaccount/add, menu_get.json is /cgi-bin/menu/get.
func pathOfSample(p *Platform, name string) string {
	words := strings.Split(strings.TrimSuffix(name, ".json"), "_")
	for _, prefix := range []string{"/cgi-bin/", "/"} {
		for joined := range 1 << (len(words) - 1) {
			path := prefix + words[0]
			for i, w := range words[1:] {
				sep := "/"
				if joined>>i&1 == 1 {
					sep = "_"
				}
				path += sep + w
			}
			if _, served := p.routes[path]; served {
				return path
			}
		}
	}
	return ""
}

func TestAnswersHaveTheShapeOfSamples(t *testing.T) {
	own, others := wechattest.Samples(t, "api")
	if len(own) != 69 || len(others) != 0 && len(others) != 52 {
		t.Fatalf("%d samples of our own and %d of others", len(own), len(others))
	}
	paths := slices.Concat(own, others)
	missing := unserved()
	for _, file := range paths {
		name := filepath.Base(file)
		t.Run(name, func(t *testing.T) {
			tn := shapeTown(t)
			path := pathOfSample(tn.p, name)
			if reason := missing[name]; reason != "" {
				if path != "" {
					t.Errorf("%s is served although the list says: %s", path, reason)
				}
				return
			}
			if path == "" {
				t.Fatal("no path serves this sample, and no reason is given")
			}
			data, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			var want any
			mustJSON(t, data, &want)
			got := tn.sampleAnswer(t, path)
			if code, is := got["errcode"]; is && code != 0.0 {
				t.Fatalf("%s answers %v", path, got)
			}
			for _, problem := range compareShape("", want, got) {
				t.Error(problem)
			}
		})
	}
}

// sampleAnswer calls a path so that it has something to tell.
func (tn *town) sampleAnswer(t *testing.T, path string) map[string]any {
	t.Helper()
	bodies, queries := tn.requests()
	switch path {
	case "/cgi-bin/media/upload":
		return tn.upload(path+"?type=image", "a.png", png())
	case "/cgi-bin/media/uploadimg":
		return tn.upload(path+"?x=1", "a.png", png())
	case "/customservice/kfaccount/uploadheadimg":
		return tn.upload(path+"?kf_account=li@gov", "a.png", png())
	case "/cgi-bin/message/mass/get":
		id := tn.must("/cgi-bin/message/mass/send", bodies["/cgi-bin/message/mass/send"])["msg_id"]
		return tn.must(path, m{"msg_id": id})
	case "/cgi-bin/get_current_selfmenu_info":
		tn.must("/cgi-bin/menu/create", m{"button": []m{{"name": "办事", "sub_button": []m{{"type": "view", "name": "网厅", "url": "http://a"}}}}})
	case "/customservice/kfaccount/del":
		tn.must("/customservice/kfaccount/add", bodies["/customservice/kfaccount/add"])
	}
	if strings.HasPrefix(path, "/datacube/") {
		day := tn.clock.now().In(models.Shanghai()).Format(time.DateOnly)
		tn.does(citizen, func(p simulator.Post) []byte { return p.Unsubscribe() })
		tn.clock.move(24 * time.Hour)
		tn.token = tn.stable(false).AccessToken
		return tn.must(path, m{"begin_date": day, "end_date": day})
	}
	if q := queries[path]; q != "" {
		path += "?access_token=" + tn.token + "&" + q
	}
	body := bodies[path]
	method := http.MethodGet
	var data []byte
	if body != nil {
		var err error
		method = http.MethodPost
		if data, err = json.Marshal(body); err != nil {
			t.Fatal(err)
		}
	}
	var answer map[string]any
	mustJSON(t, tn.raw(method, path, string(data)).Body.Bytes(), &answer)
	return answer
}

// compareShape reports every key of the sample that the answer lacks or gives another
// type. Lists are compared by their first elements.
func compareShape(at string, want, got any) []string {
	if fmt.Sprintf("%T", want) != fmt.Sprintf("%T", got) {
		return []string{fmt.Sprintf("%s is %T, want %T", at, got, want)}
	}
	var problems []string
	switch w := want.(type) {
	case map[string]any:
		g := got.(map[string]any)
		for key, value := range w {
			other, there := g[key]
			if !there {
				problems = append(problems, at+"/"+key+" is missing")
				continue
			}
			problems = append(problems, compareShape(at+"/"+key, value, other)...)
		}
	case []any:
		g := got.([]any)
		switch {
		case len(w) > 0 && len(g) == 0:
			problems = append(problems, at+" is empty")
		case len(w) > 0:
			problems = compareShape(at+"[0]", w[0], g[0])
		}
	}
	return problems
}

func TestEveryPathRefusesAForeignToken(t *testing.T) {
	tn := newTown(t, nil)
	open := map[string]bool{"/cgi-bin/token": true, "/cgi-bin/stable_token": true}
	if len(tn.p.paths()) < 80 {
		t.Errorf("only %d paths", len(tn.p.paths()))
	}
	for _, path := range tn.p.paths() {
		method := http.MethodPost
		if tn.p.routes[path].get {
			method = http.MethodGet
		}
		var got apiFault
		mustJSON(t, tn.raw(method, path+"?access_token=stolen", "{}").Body.Bytes(), &got)
		if got.Code != 40001 && !open[path] {
			t.Errorf("%s answers a foreign token with %+v", path, got)
		}
	}
}

// TestNoCallBreaksThePlatform sends nonsense to every path: an errcode or an answer comes
// back, and the platform goes on.
func TestNoCallBreaksThePlatform(t *testing.T) {
	tn := shapeTown(t)
	for _, body := range []string{"", "[]", "{}", "null", `{"touser":1}`, `{"tag":{}}`, `{"offset":-1,"count":99}`, `{"begin_date":"2026-01-01"}`, strings.Repeat("x", maxCallBytes+1)} {
		for _, path := range tn.p.paths() {
			for _, method := range []string{http.MethodGet, http.MethodPost} {
				w := tn.raw(method, path, body)
				if w.Code != http.StatusOK || !json.Valid(w.Body.Bytes()) {
					t.Errorf("%s %s with %.20q: status %d, %.80s", method, path, body, w.Code, w.Body)
				}
			}
		}
	}
	if !slices.Contains(tn.p.paths(), "/cgi-bin/menu/get") {
		t.Error("the list of paths lacks one")
	}
}
