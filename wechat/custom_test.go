package wechat

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/wenzheng/wenzheng/models"
)

// TestSendCustom_Delivery: what a failed call says about the message.
func TestSendCustom_Delivery(t *testing.T) {
	answer := func(body string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, body) } // the test hears of it
	}
	for name, c := range map[string]struct {
		answer http.HandlerFunc
		want   Delivery
		calls  int
	}{
		"refused":           {answer(`{"errcode":45015,"errmsg":"response out of time limit"}`), Refused, 1},
		"system busy":       {answer(`{"errcode":-1,"errmsg":"system error"}`), Refused, 1},
		"not known to us":   {answer(`{"errcode":99999,"errmsg":"?"}`), Refused, 1},
		"no longer valid":   {answer(`{"errcode":40001,"errmsg":"invalid credential"}`), NotSent, 2},
		"address not known": {answer(`{"errcode":40164,"errmsg":"invalid ip 1.2.3.4"}`), NotSent, 1},
		"empty object":      {answer(`{}`), Unknown, 1},
		"no JSON":           {answer(`<html>`), Unknown, 1},
		"nothing":           {answer(``), Unknown, 1},
		"gateway":           {func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusBadGateway) }, Unknown, 1},
		"cut off":           {func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }, Unknown, 1},
		"silence": {func(_ http.ResponseWriter, r *http.Request) {
			_, _ = io.Copy(io.Discard, r.Body) // so that the server notices the caller's going
			<-r.Context().Done()
		}, Unknown, 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := newPlatform(t, func(w http.ResponseWriter, r *http.Request) {
				if !goodToken(w, r) {
					c.answer(w, r)
				}
			})
			err := p.client(t, ClientOptions{Timeout: 200 * time.Millisecond}).SendCustom(context.Background(), "oCitizen", &CustomMessage{Reply: models.TextReply("您好")})
			var e *APIError
			if !errors.As(err, &e) || e.Delivery() != c.want {
				t.Errorf("%v", err)
			}
			if n := p.count(customAPI); n != c.calls {
				t.Errorf("%d calls", n)
			}
		})
	}
}

// TestSendCustom_NothingLeft: without a connection, or without a token, the message is still here.
func TestSendCustom_NothingLeft(t *testing.T) {
	p := newPlatform(t, func(w http.ResponseWriter, r *http.Request) { goodToken(w, r) })
	c := p.client(t, ClientOptions{})
	if _, err := c.Token(context.Background()); err != nil {
		t.Fatal(err)
	}
	c.CloseIdle()
	p.Close()
	for name, client := range map[string]*Client{"nobody listens": c, "no token": p.client(t, ClientOptions{})} {
		err := client.SendCustom(context.Background(), "oCitizen", &CustomMessage{Reply: models.TextReply("您好")})
		var e *APIError
		if !errors.As(err, &e) || e.Delivery() != NotSent {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestCustomMessage_Bodies: every kind as the platform's page writes it.
func TestCustomMessage_Bodies(t *testing.T) {
	for want, m := range map[string]CustomMessage{
		`{"touser":"o","msgtype":"text","text":{"content":"<a href=\"https://a\">您好</a>"}}`: {Reply: models.TextReply(`<a href="https://a">您好</a>`)},
		`{"touser":"o","msgtype":"image","image":{"media_id":"m"}}`:                         {Reply: models.Reply{Kind: models.ReplyImage, MediaID: "m"}},
		`{"touser":"o","msgtype":"voice","voice":{"media_id":"m"}}`:                         {Reply: models.Reply{Kind: models.ReplyVoice, MediaID: "m"}},
		`{"touser":"o","msgtype":"video","video":{"media_id":"m","thumb_media_id":"t","title":"a","description":"b"}}`: {
			Reply: models.Reply{Kind: models.ReplyVideo, MediaID: "m", ThumbMediaID: "t", Title: "a", Description: "b"},
		},
		`{"touser":"o","msgtype":"music","music":{"title":"a","description":"b","musicurl":"u","hqmusicurl":"h","thumb_media_id":"t"}}`: {
			Reply: models.Reply{Kind: models.ReplyMusic, Title: "a", Description: "b", MusicURL: "u", HQMusicURL: "h", ThumbMediaID: "t"},
		},
		`{"touser":"o","msgtype":"news","news":{"articles":[{"title":"a","description":"b","url":"u","picurl":"p"}]}}`: {
			Reply: models.Reply{Kind: models.ReplyNews, Articles: []models.Article{{Title: "a", Description: "b", URL: "u", PicURL: "p"}}},
		},
		`{"touser":"o","msgtype":"msgmenu","msgmenu":{"head_content":"满意吗","list":[{"id":"101","content":"满意"}],"tail_content":"谢谢"}}`: {
			Menu: &MenuMessage{Head: "满意吗", Items: []MenuItem{{ID: "101", Content: "满意"}}, Tail: "谢谢"},
		},
	} {
		body, err := marshal(m.body("o"))
		if err != nil {
			t.Fatal(err)
		}
		var got, wanted any
		if err := errors.Join(json.Unmarshal(body, &got), json.Unmarshal([]byte(want), &wanted)); err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(wanted, got); d != "" {
			t.Errorf("%s: %s", body, d)
		}
	}
}
