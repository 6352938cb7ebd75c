package wechat

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/wenzheng/wenzheng/models"
)

// materials answers every call with this body, and keeps what was asked last.
func materials(t *testing.T, body string) (c *Client, asked func() string) {
	said := ""
	p := newPlatform(t, func(w http.ResponseWriter, r *http.Request) {
		if goodToken(w, r) {
			return
		}
		b, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		said = r.Method + " " + r.URL.Path + " " + string(b)
		_, _ = io.WriteString(w, body)
	})
	return p.client(t, ClientOptions{}), func() string { return said }
}

func TestMaterials_NewsWithItsArticles(t *testing.T) {
	sample, err := os.ReadFile("wechattest/samples/api/material_batchget_material.json")
	if err != nil {
		t.Fatal(err)
	}
	c, asked := materials(t, string(sample))
	page, err := c.Materials(t.Context(), models.ReplyNews, 5)
	if err != nil {
		t.Fatal(err)
	}
	at, next := time.Unix(1772413260, 0).In(models.Shanghai()), 6
	want := models.MaterialPage{Total: 12, Next: &next, Materials: []models.Material{{
		MediaID: "Kd8rT2mVq0sYb5nWx7cLhJ3fZp6uAe1g", UpdatedAt: &at, Articles: []models.Article{{
			Title: "居住证办理指南", Description: "带什么、到哪里、几天办好",
			PicURL: "http://mmbiz.qpic.cn/mmbiz_png/cover/0?wx_fmt=png", URL: "http://mp.weixin.qq.com/s?__biz=MzA&mid=2650000001&idx=1&sn=0a1b2c3d#rd",
		}},
	}}}
	if d := cmp.Diff(want, page); d != "" {
		t.Error(d)
	}
	if got := asked(); got != `POST `+materialAPI+` {"count":5,"offset":5,"type":"news"}` {
		t.Error(got)
	}
}

// TestMaterials_OddAnswers are read as far as they make sense, and never lead in a circle.
func TestMaterials_OddAnswers(t *testing.T) {
	const good = `{"media_id":"M1","name":"大厅.png","update_time":"1772413260","url":"http://mmbiz.qpic.cn/a"}`
	for name, c := range map[string]struct {
		body  string
		kind  models.ReplyKind
		ids   string
		total int
		next  int // 0 = none
	}{
		"numbers as strings":       {`{"total_count":"3","item_count":"1","item":[` + good + `]}`, models.ReplyImage, "M1", 3, 1},
		"nothing":                  {`{}`, models.ReplyImage, "", 0, 0},
		"no list":                  {`{"total_count":0,"item_count":0,"item":null}`, models.ReplyVoice, "", 0, 0},
		"fewer than it says":       {`{"total_count":9,"item_count":9,"item":[]}`, models.ReplyImage, "", 9, 0},
		"more than it says":        {`{"total_count":-1,"item":[` + good + `]}`, models.ReplyImage, "M1", 0, 0},
		"no id":                    {`{"total_count":3,"item":[{"name":"a"},` + good + `]}`, models.ReplyVideo, "M1", 3, 2},
		"news without an article":  {`{"total_count":1,"item":[{"media_id":"M","content":{"news_item":[]}}]}`, models.ReplyNews, "", 1, 0},
		"after the year 9999":      {`{"total_count":1,"item":[{"media_id":"M","update_time":999999999999999}]}`, models.ReplyImage, "M", 1, 0},
		"before 1970":              {`{"total_count":1,"item":[{"media_id":"M","update_time":-5}]}`, models.ReplyImage, "M", 1, 0},
		"control characters":       {"{\"total_count\":1,\"item\":[{\"media_id\":\"M\",\"name\":\"a\x01\\u0000b\"}]}", models.ReplyImage, "M", 1, 0},
		"errcode beside the items": {`{"errcode":0,"errmsg":"ok","total_count":1,"item":[` + good + `]}`, models.ReplyImage, "M1", 1, 0},
	} {
		t.Run(name, func(t *testing.T) {
			client, _ := materials(t, c.body)
			page, err := client.Materials(t.Context(), c.kind, 0)
			if err != nil {
				t.Fatal(err)
			}
			var ids []string
			for _, m := range page.Materials {
				ids = append(ids, m.MediaID)
				if !models.IsClean(m.Name) {
					t.Errorf("%q", m.Name)
				}
			}
			next := 0
			if page.Next != nil {
				next = *page.Next
			}
			if strings.Join(ids, " ") != c.ids || page.Total != c.total || next != c.next {
				t.Errorf("%v of %d, then %d", ids, page.Total, next)
			}
			if _, err := json.Marshal(page); err != nil || page.Materials == nil {
				t.Errorf("%+v: %v", page, err)
			}
		})
	}
}

func TestMaterials_TooManyArticles(t *testing.T) {
	c, _ := materials(t, `{"total_count":1,"item":[{"media_id":"M","content":{"news_item":[`+strings.Repeat(`{"title":"a","url":"http://a"},`, 9)+`{}]}}]}`)
	page, err := c.Materials(t.Context(), models.ReplyNews, 0)
	if err != nil || len(page.Materials) != 1 || len(page.Materials[0].Articles) != models.MaxArticles {
		t.Errorf("%+v, %v", page, err)
	}
}

func TestMaterials_Refusals(t *testing.T) {
	for body, class := range map[string]ErrorClass{
		`{"errcode":48001,"errmsg":"api unauthorized"}`:   ClassRight,
		`{"errcode":"48004","errmsg":"api forbidden"}`:    ClassRight,
		`{"errcode":45009,"errmsg":"reach max api"}`:      ClassQuota,
		`{"total_count":1,"item":{"media_id":"no list"}}`: ClassTransient,
		`{"total_count":1.5,"item":[]}`:                   ClassTransient,
		`<html>`:                                          ClassTransient,
	} {
		c, _ := materials(t, body)
		page, err := c.Materials(t.Context(), models.ReplyImage, 0)
		var e *APIError
		if !errors.As(err, &e) || e.Class != class || e.API != materialAPI || len(page.Materials) != 0 {
			t.Errorf("%s: %+v, %v", body, page, err)
		}
	}
}
