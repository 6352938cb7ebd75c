package handler

import (
	"cmp"
	"fmt"
	"log/slog"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"sync"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/wenzheng/wenzheng/models"
)

const (
	refusalsFor  = 10 * time.Minute // how long a refusal is told of
	refusalSlice = time.Minute
	warnEvery    = 5 * time.Minute // of one account and reason, in the log
	maxRefusals  = 500             // kinds remembered at one time
)

// refusals remembers what was refused or kept without an answer lately, so that a person
// finds out why an account is silent: in the log, in /readyz and in the doctor. It is safe
// for concurrent use.
type refusals struct {
	logger *slog.Logger
	now    func() time.Time

	mu    sync.Mutex
	kinds map[refusalKind]*refusalCount
}

// refusalKind is one reason of one account; the account is "" where the URL names none of ours.
type refusalKind struct{ account, code string }

// refusalCount counts by minute, so that old ones drop out.
type refusalCount struct {
	text   string                            // what to check
	seen   models.Said                       // what the message said; no code: nothing more
	minute [refusalsFor / refusalSlice]int64 // refusals of the minute that began at begun
	begun  [refusalsFor / refusalSlice]int64 // Unix minutes
	warned time.Time
}

// note counts one; text says what to check, seen adds what the message said, which is for
// /readyz alone and not for the log.
func (r *refusals) note(account, code, text string, seen models.Said) {
	now := r.now()
	r.mu.Lock()
	kind := refusalKind{account, code}
	c := r.kinds[kind]
	if c == nil {
		if len(r.kinds) >= maxRefusals {
			r.sweep(now)
		}
		if len(r.kinds) >= maxRefusals {
			r.mu.Unlock()
			return
		}
		c = &refusalCount{}
		r.kinds[kind] = c
	}
	c.text, c.seen = text, seen
	minute := now.Unix() / int64(refusalSlice.Seconds())
	i := minute % int64(len(c.minute))
	if c.begun[i] != minute {
		c.begun[i], c.minute[i] = minute, 0
	}
	c.minute[i]++
	warn := now.Sub(c.warned) >= warnEvery
	if warn {
		c.warned = now
	}
	n := c.since(now)
	r.mu.Unlock()
	if warn {
		r.logger.Warn("callbacks are refused or not understood", "account", account, "reason", code, "within_10_min", n, "check", text)
	}
}

// since is how many there were within refusalsFor.
func (c *refusalCount) since(now time.Time) (n int64) {
	oldest := now.Add(-refusalsFor).Unix() / int64(refusalSlice.Seconds())
	for i, begun := range c.begun {
		if begun > oldest {
			n += c.minute[i]
		}
	}
	return n
}

// sweep forgets the kinds that did not occur lately. mu is held.
func (r *refusals) sweep(now time.Time) {
	maps.DeleteFunc(r.kinds, func(_ refusalKind, c *refusalCount) bool { return c.since(now) == 0 && now.Sub(c.warned) >= warnEvery })
}

// reasons tells of those of the last ten minutes, by account and code.
func (r *refusals) reasons() []models.Reason {
	now := r.now()
	r.mu.Lock()
	defer r.mu.Unlock()
	kinds := slices.SortedFunc(maps.Keys(r.kinds), func(a, b refusalKind) int {
		return cmp.Or(cmp.Compare(a.account, b.account), cmp.Compare(a.code, b.code))
	})
	var out []models.Reason
	for _, k := range kinds {
		c := r.kinds[k]
		if n := c.since(now); n > 0 {
			out = append(out, models.Reason{What: cmp.Or(k.account, "callback"), Said: c.said(k.code, n)})
		}
	}
	return out
}

// said tells of n deliveries. Its code begins with callbacks_, goes on with what was refused, and ends with
// _of where the message says more.
func (c *refusalCount) said(code string, n int64) models.Said {
	values := map[string]string{"n": strconv.FormatInt(n, 10)}
	maps.Copy(values, c.seen.Values)
	return models.Said{
		Code: cmp.Or(c.seen.Code, "callbacks_"+code), Values: values,
		Text: fmt.Sprintf("近 10 分钟有 %d 次回调%s：%s", n, verdict(code), c.text+c.seen.Text),
	}
}

// Refusal is a reason for which callbacks of an account were refused, or kept without an answer,
// within the last ten minutes; Account is "" where they name none of ours.
type Refusal struct {
	Account string
	N       int64
	Text    string // what to check; nothing of a message
}

// Refusals are those of the last ten minutes.
func (h *Handler) Refusals() (out []Refusal) {
	r := &h.refusals
	now := r.now()
	r.mu.Lock()
	defer r.mu.Unlock()
	for kind, c := range r.kinds {
		if n := c.since(now); n > 0 {
			out = append(out, Refusal{kind.account, n, c.text})
		}
	}
	return out
}

// verdict says what became of the callbacks.
func verdict(code string) string {
	switch models.ParseStatus(code) {
	case models.ParseForeign, models.ParseIncomplete, models.ParseUnreadable:
		return "已收下但没有答复"
	}
	return "被拒绝"
}

// astray notes a callback, signed as WeChat's are, that leads to none of our accounts, be it
// to the bare domain: the URL in the platform's back office is not right.
func (h *Handler) astray(c *gin.Context) {
	path, q := c.Request.URL.Path, c.Request.URL.Query()
	if q.Get("signature") == "" || q.Get("timestamp") == "" || q.Get("nonce") == "" {
		return
	}
	code, seen, text := wrongPath, models.Said{}, "网址的路径不对，请把公众平台的服务器地址(URL)改为 https://你的域名/wechat/callback/账号的 AppID，前后不多斜杠"
	if appID := c.Param("app_id"); appID != "" && path == callbackPrefix+appID {
		code, text = unknownAccount, "网址里的 AppID 不是这里的账号，请核对公众平台的服务器地址(URL)，或用 wenzheng account add 添加账号"
		if models.ValidAppID(appID) {
			seen = models.Say("callbacks_unknown_account_of", "（最近一次是 {app_id}）", "app_id", appID)
		}
	}
	h.refusals.note("", code, text, seen)
}

// unanswered notes an authentic message that gets no answer, whatever the rules say.
func (d *delivery) unanswered(m *models.Message) {
	var text string
	var seen models.Said
	switch m.ParseStatus {
	case models.ParseForeign:
		text = "消息写的原始 ID 与账号设置的不同，请核对账号的原始 ID"
		seen = models.Say("callbacks_foreign_of", "；消息写的是 {original_id}，若它就是本账号，请运行 wenzheng account add --app-id {app_id} --original-id {original_id}",
			"original_id", m.ToUserName, "app_id", d.appID)
	case models.ParseIncomplete:
		text = "消息缺少必要的内容，或市民的 OpenID 不合格式；请核对发送方是不是微信"
	case models.ParseUnreadable:
		text = "消息不是能读懂的 XML，原文已保存；请核对发送方是不是微信，中间的代理是否改动了内容"
	default:
		return
	}
	d.h.refusals.note(d.appID, string(m.ParseStatus), text, seen)
}

// callbackStatus is the status of a refusal, 0 for what is none.
func callbackStatus(code string) int {
	switch code {
	case models.CodeBadMethod:
		return http.StatusMethodNotAllowed
	case models.CodeBodyTooLarge:
		return http.StatusRequestEntityTooLarge
	case models.CodeBodyTimeout:
		return http.StatusRequestTimeout
	case models.CodeEmptyBody, models.CodeBadEnvelope:
		return http.StatusBadRequest
	case models.CodeUnsupportedType:
		return http.StatusUnsupportedMediaType
	case models.CodeBadQuery, models.CodeBadSignature, models.CodeStale, models.CodeBadMode, models.CodePlaintextRefused,
		models.CodeBadMsgSignature, models.CodeBadBase64, models.CodeBadPadding, models.CodeBadLength, models.CodeBadAppID,
		models.CodeReplay, models.CodeBadMessage:
		return http.StatusForbidden
	}
	return 0
}
