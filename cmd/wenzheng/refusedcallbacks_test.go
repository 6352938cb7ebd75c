package main

import (
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/simulator"
)

// TestRefusedCallbacks_LeaveATrace: whatever is set wrong on the platform's side, the log,
// /readyz and the doctor say what to check.
func TestRefusedCallbacks_LeaveATrace(t *testing.T) {
	t.Parallel()
	deliver := func(change func(*models.Account), now func() time.Time) func(*testing.T, *office) {
		return func(t *testing.T, o *office) {
			a := o.account
			if change != nil {
				change(&a)
			}
			c, err := simulator.NewClient(simulator.ClientOptions{
				URLs: []string{"http://" + o.addr}, Account: a, Policy: simulator.Policy{Attempts: 1}, Now: now,
			})
			if err != nil {
				t.Fatal(err)
			}
			defer c.Close()
			if trace, err := c.Send(t.Context(), o.citizen(1), "社保卡"); err != nil || trace.Outcome() == simulator.Replied {
				t.Fatalf("%+v, %v", trace, err)
			}
		}
	}
	for _, tc := range []struct {
		name, code, says string
		send             func(*testing.T, *office)
	}{
		{"Token", models.CodeBadSignature, "请核对 Token", deliver(func(a *models.Account) { a.Token = "othertoken1" }, nil)},
		{"AES key", models.CodeBadPadding, "请核对 EncodingAESKey", deliver(func(a *models.Account) { a.AESKey = strings.Repeat("B", 43) }, nil)},
		{"clock", models.CodeStale, "校准服务器时钟", deliver(nil, func() time.Time { return time.Now().Add(-25 * time.Hour) })},
		{"mode", models.CodePlaintextRefused, "选择安全模式", deliver(func(a *models.Account) { a.Mode, a.AESKey = models.ModePlain, "" }, nil)},
		{"original id", "foreign_account", "--original-id gh_999999999999", deliver(func(a *models.Account) { a.OriginalID = "gh_999999999999" }, nil)},
		{"JSON", models.CodeUnsupportedType, "选择 XML 格式", func(t *testing.T, o *office) {
			o.postSigned(t, "/wechat/callback/"+o.account.AppID, "encrypt_type=aes&msg_signature="+strings.Repeat("0", 40), `{"Encrypt":"x"}`)
		}},
		{"path", "wrong_path", "前后不多斜杠", func(t *testing.T, o *office) { o.postSigned(t, "/wechat/callback/"+o.account.AppID+"/", "", "<xml/>") }},
		{"bare domain", "wrong_path", "前后不多斜杠", func(t *testing.T, o *office) { o.postSigned(t, "/", "", "<xml/>") }},
		{"path of another program", "wrong_path", "前后不多斜杠", func(t *testing.T, o *office) { o.postSigned(t, "/api/callback.php", "", "<xml/>") }},
		{"AppID", "unknown_account", "最近一次是 wx00000000000000aa", func(t *testing.T, o *office) { o.postSigned(t, "/wechat/callback/wx00000000000000aa", "", "<xml/>") }},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			o := newOffice(t, "").open()
			service := o.serve()
			tc.send(t, o)
			_, ready := o.readiness()
			if !strings.Contains(strings.Join(ready.Reasons, "\n"), tc.says) {
				t.Errorf("/readyz: %q", ready.Reasons)
			}
			if r := o.run("account", "check", o.account.AppID); r.code != 1 || !strings.Contains(r.stdout, "[不通过] 近来的回调") || !strings.Contains(r.stdout, tc.says) {
				t.Errorf("the doctor: exit %d\n%s%s", r.code, r.stdout, r.stderr)
			}
			if log := service.stderr.String(); !strings.Contains(log, `"reason":"`+tc.code+`"`) || !strings.Contains(log, `"level":"WARN"`) {
				t.Errorf("the log does not tell of %s:\n%s", tc.code, log)
			}
		})
	}
}

// postSigned posts a body with a good signature in the query.
func (o *office) postSigned(t *testing.T, path, query, body string) {
	t.Helper()
	timestamp, nonce := strconv.FormatInt(time.Now().Unix(), 10), "1234567"
	q := url.Values{"timestamp": {timestamp}, "nonce": {nonce}, "signature": {simulator.Signature(o.account.Token, timestamp, nonce)}}
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, fmt.Sprintf("http://%s%s?%s&%s", o.addr, path, q.Encode(), query), strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	if err := res.Body.Close(); err != nil || res.StatusCode == http.StatusOK {
		t.Fatalf("status %d, %v", res.StatusCode, err)
	}
}

// TestOriginalID_LearnedFromTheFirstMessage: an account that was added without one.
func TestOriginalID_LearnedFromTheFirstMessage(t *testing.T) {
	t.Parallel()
	o := newOffice(t, "")
	id := o.account.OriginalID
	o.account.OriginalID = ""
	o.open()
	o.account.OriginalID = id
	o.serve()
	o.says("社保卡丢了怎么补办")
	eventually(t, 10*time.Second, "the original id is kept", func() bool {
		return strings.Contains(o.must("account", "list", "--json"), `"original_id":"`+id+`"`)
	})
	o.account.OriginalID = "gh_999999999999"
	c := o.client(simulator.Policy{Attempts: 1}, nil)
	eventually(t, 10*time.Second, "the difference is told", func() bool {
		if _, err := c.Send(t.Context(), o.citizen(1), "社保卡"); err != nil {
			t.Fatal(err)
		}
		_, ready := o.readiness()
		return strings.Contains(strings.Join(ready.Reasons, ""), "gh_999999999999")
	})
}

// TestAccountAdd_KeysAsTheyAreCopied: what comes along with a copy is not part of a secret.
func TestAccountAdd_KeysAsTheyAreCopied(t *testing.T) {
	t.Parallel()
	o := newOffice(t, "").open()
	const secret = "0123456789abcdef0123456789abcdef"
	for _, given := range []string{"\ufeff" + secret + "\r\n", " " + secret + " ", "\u200b" + secret + "\u3000", secret + "\u00a0\n"} {
		if r := o.runWith(given, "account", "add", "--app-id", o.account.AppID, "--secret", "-"); r.code != 0 || r.stderr != "" {
			t.Fatalf("%q: exit %d: %s", given, r.code, r.stderr)
		}
		o.must("account", "add", "--app-id", "\ufeff"+o.account.AppID+" ", "--token", " "+canaryToken+"\u200b", "--aes-key", canaryAESKey()+" ")
		o.withStore(func(st *installation) error {
			a, err := st.Account(t.Context(), o.account.AppID)
			if a.Secret != secret || a.Token != canaryToken || a.AESKey != canaryAESKey() {
				t.Errorf("%q is kept as %q", given, a.Secret)
			}
			return err
		})
	}
	r := o.run("account", "add", "--app-id", o.account.AppID, "--secret", secret[:31])
	if r.code != 0 || !strings.Contains(r.stderr, "31 个字符") || strings.Contains(r.stderr, secret[:31]) {
		t.Errorf("a secret that is cut: exit %d: %s", r.code, r.stderr)
	}
}
