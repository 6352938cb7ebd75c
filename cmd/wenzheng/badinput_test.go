package main

import (
	"crypto/sha256"
	"fmt"
	"maps"
	"net/http"
	"regexp"
	"sync"
	"testing"
	"time"

	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/wechat/wechattest"
)

// badStatuses is what the caller of a refused callback sees, by code.
var badStatuses = map[string]int{
	"bad_method": 405, "bad_query": 403, "bad_signature": 403, "stale": 403, "body_too_large": 413, "body_timeout": 408,
	"empty_body": 400, "bad_envelope": 400, "unsupported_type": 415, "bad_mode": 403, "plaintext_refused": 403,
	"bad_msg_signature": 403, "bad_base64": 403, "bad_padding": 403, "bad_length": 403, "bad_app_id": 403, "replay": 403,
	"bad_message": 403,
}

const badRules = "name,match,keywords,exclude,priority,reply,examples\n" +
	"公积金提取,contains,公积金,,5,提取公积金请到市民中心一楼办理。,\n其他,default,,,0,您好，留言已收到。,\n"

// badSetting is a case's need of the account: cases with the same one share an account.
type badSetting struct {
	mode       models.Mode
	originalID string
	oldKey     bool
}

// badOffice is an office with an account for every need of the cases.
type badOffice struct {
	*office
	r        *running
	accounts map[badSetting]models.Account
	// kept is what the log has to hold: the status by account and message.
	kept map[string]models.ParseStatus
	// contents is what some of these messages have to say.
	contents map[string]string
	good     map[string]bool // keys of the messages that nothing is wrong with
	mu       sync.Mutex
	hop      *badPosts // of TestHopFaultsOverTheWire
}

func newBadOffice(t *testing.T, cases []wechattest.Case, env map[string]string) *badOffice {
	t.Helper()
	o := &badOffice{office: newOffice(t, ""), accounts: map[badSetting]models.Account{}, kept: map[string]models.ParseStatus{}, contents: map[string]string{}, good: map[string]bool{}}
	maps.Copy(o.env, env)
	o.env["WENZHENG_LOG_LEVEL"] = "debug"
	path := o.write("规则.csv", badRules)
	if len(cases) == 0 {
		o.add(&o.account)
		o.must("rules", "--account", o.account.AppID, "import", path, "--publish")
	}
	for i := range cases {
		a := o.accountFor(&cases[i])
		s := badSetting{a.Mode, a.OriginalID, a.PreviousAESKey != ""}
		if _, ok := o.accounts[s]; ok {
			continue
		}
		a.AppID = fmt.Sprintf("wx%016x", 0xabcdef+len(o.accounts))
		o.accounts[s] = a
		o.add(&a)
		o.must("rules", "--account", a.AppID, "import", path, "--publish")
	}
	o.r = o.serve()
	return o
}

// badOriginalID is to whom the cases write that say nothing else.
const badOriginalID = "gh_7f083739789a"

// accountFor is the account a case needs.
func (o *badOffice) accountFor(c *wechattest.Case) models.Account {
	a := c.Account(o.account)
	if a.OriginalID == "" {
		a.OriginalID = badOriginalID
	}
	return a
}

func (o *badOffice) add(a *models.Account) {
	o.t.Helper()
	args := []string{
		"account", "add", "--app-id", a.AppID, "--name", "江城" + a.AppID, "--kind", string(a.Kind), "--token", a.Token, "--secret", "-",
		"--mode", string(a.Mode), "--original-id", a.OriginalID, "--previous-aes-key", a.PreviousAESKey,
	}
	in := a.Secret + "\n"
	if a.AESKey != "" {
		args, in = append(args, "--aes-key", "-"), a.AESKey+"\n"+in
	}
	if r := o.runWith(in, args...); r.code != 0 {
		o.t.Fatalf("account add: exit %d: %s", r.code, r.stderr)
	}
}

// badKey names a message of the log. Bodies that hold nothing at all are one event,
// because an event is known by what its body says, not by its bytes.
func badKey(appID string, message []byte) string {
	if text := string(message); text == "<xml/>" || text == "{}" || text == "null" {
		message = nil
	}
	return fmt.Sprintf("%s %x", appID, sha256.Sum256(message))
}

// deliver sends every request of a case, at most so many, and holds each answer.
func (o *badOffice) deliver(t *testing.T, l *badLine, c *wechattest.Case, most int) {
	t.Helper()
	s := o.accountFor(c)
	a := o.accounts[badSetting{s.Mode, s.OriginalID, s.PreviousAESKey != ""}]
	requests, err := c.Requests(a, time.Now())
	if err != nil {
		t.Error(err)
		return
	}
	for i := range requests[:min(len(requests), most)] {
		r := &requests[i]
		got, err := l.send(r)
		if err != nil {
			t.Errorf("%s: request %d: %v", c, i+1, err)
			return
		}
		if r.Code != "" {
			badRefused(t, c.String(), badStatus(r), got)
			continue
		}
		badAnswered(t, c.String(), r.ParseStatus, got)
		o.mu.Lock()
		key := badKey(a.AppID, r.Message)
		o.kept[key] = r.ParseStatus
		if r.Content != nil {
			o.contents[key] = *r.Content
		}
		o.mu.Unlock()
	}
}

// badStatus is the status of a refusal. A GET is a verification at the door, and one
// without an echostr at that.
func badStatus(r *wechattest.Request) int {
	if r.Method == http.MethodGet {
		return badStatuses[models.CodeBadQuery]
	}
	return badStatuses[r.Code]
}

var badDigest = regexp.MustCompile(`[0-9a-f]{40}`)

// badRefused: the status, and nothing else: no reason, no signature that would have been
// right.
func badRefused(t *testing.T, name string, status int, got badAnswer) {
	t.Helper()
	if got.status != status || got.body != "" {
		t.Errorf("%s: %d %.200q, want %d and no body", name, got.status, got.body, status)
	}
	if text := fmt.Sprint(got.header); badDigest.MatchString(text) {
		t.Errorf("%s: a header shows a digest: %s", name, text)
	}
	badInTime(t, name, got)
}

func badAnswered(t *testing.T, name string, status models.ParseStatus, got badAnswer) {
	t.Helper()
	if got.status != http.StatusOK || got.body == "" {
		t.Errorf("%s: %d %.200q, want 200 and an answer", name, got.status, got.body)
	}
	if !status.Routable() && got.body != "success" {
		t.Errorf("%s: answered %.200q, want success to what is %s", name, got.body, status)
	}
	badInTime(t, name, got)
}

func badInTime(t *testing.T, name string, got badAnswer) {
	t.Helper()
	if got.took > 4*time.Second {
		t.Errorf("%s: answered after %v", name, got.took)
	}
}

// TestBadInputsOverTheWire sends every bad callback to a running service: alone, and then
// among good ones.
func TestBadInputsOverTheWire(t *testing.T) {
	cases, err := wechattest.Cases()
	if err != nil {
		t.Fatal(err)
	}
	usual, special := badSplit(cases)
	o := newBadOffice(t, usual, nil)
	o.mixed(t, nil, 400)
	before := badCalm(t)
	o.alone(t, usual)
	o.checkLog(t)
	o.mixed(t, usual, 4*len(usual))
	o.checkLog(t)
	o.checkCalm(t, before)
	o.end(t)

	o = newBadOffice(t, special, map[string]string{"WENZHENG_CALLBACK_MAX_SKEW": "0", "WENZHENG_CALLBACK_ALLOW_JSON": "true"})
	o.alone(t, special)
	o.checkLog(t)
	o.end(t)
}

// alone sends the cases one after the other.
func (o *badOffice) alone(t *testing.T, cases []wechattest.Case) {
	t.Helper()
	l := &badLine{addr: o.addr}
	defer l.close()
	for i := range cases {
		o.deliver(t, l, &cases[i], 2000)
	}
}

// badSplit takes the cases apart that need settings of their own.
func badSplit(cases []wechattest.Case) (usual, special []wechattest.Case) {
	for i := range cases {
		if cases[i].AllowJSON || cases[i].AnySkew {
			special = append(special, cases[i])
		} else {
			usual = append(usual, cases[i])
		}
	}
	return usual, special
}
