package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/wenzheng/wenzheng/auth"
	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/rulebook"
	"github.com/wenzheng/wenzheng/store/storetest"
)

// answered asks about the rules of an account, holds the answer against openapi.yaml, and reads it.
// The path is as the description has it, with the id and the further parameters behind |.
func (b *browser) answered(doc *openapi3.T, method, path, body string, status int) map[string]any {
	b.f.t.Helper()
	path, rest, _ := strings.Cut(path, "|")
	id, more, _ := strings.Cut(rest, "?")
	route := strings.Replace(path, "{id}", id, 1) + "?account=" + storetest.AppA + "&" + more
	w := b.ask(method, strings.TrimSuffix(route, "&"), body)
	if w.Code != status {
		b.f.t.Fatalf("%s %s: %d %s", method, route, w.Code, w.Body)
	}
	response := doc.Paths.Find("/api/v1" + path).GetOperation(method).Responses.Status(status)
	if response == nil {
		b.f.t.Fatalf("%s %s: status %d is not described", method, path, status)
	}
	var v map[string]any
	if err := json.Unmarshal(w.Body.Bytes(), &v); err != nil {
		b.f.t.Fatalf("%s %s: %v in %s", method, route, err, w.Body)
	}
	if err := response.Value.Content["application/json"].Schema.Value.VisitJSON(v, openapi3.MultiErrors()); err != nil {
		b.f.t.Errorf("%s %s: %v in %s", method, route, err, w.Body)
	}
	return v
}

// wholeRule has every field that a rule can have.
const wholeRule = `{"name":"公积金提取","title":"提取公积金","match":"contains","keywords":["公积金"],"groups":[["提取","取"]],"exclude":["贷款"],
"min_length":2,"max_length":90,"priority":3,"on":["text","click"],"keys":["GJJ"],"say":"公积金提取","when":{"from":"2026-01-01","until":"2099-12-31","weekdays":[1,2,3,4,5,6,7],"hours":["00:00-23:59"]},
"replies":[{"kind":"text","text":"请到窗口。"},{"kind":"news","articles":[{"title":"指南","url":"https://www.example.gov.cn/a"}]}],"pick":"rotate",
"menu":{"intro":"选","items":[{"title":"甲","reply":{"kind":"text","text":"甲答"}}]},"topic":"住房/公积金",
"examples":["公积金怎么提取"],"counter_examples":["公积金贷款怎么提取"],"source":{"document":"市政发〔2026〕3号","issuer":"市住建局","valid_until":"2099-12-31"}}`

// TestRulesAPI_AnswersConform: what the pages get is what openapi.yaml says.
func TestRulesAPI_AnswersConform(t *testing.T) {
	f := newFront(t, false)
	doc := apiSpec(t)
	author := f.settle("xiaozhang", auth.ContentAdmin, storetest.AppA)
	added := author.answered(doc, http.MethodPost, "/rules", `{"rule":`+wholeRule+`}`, 200)
	saved, _ := added["rule"].(map[string]any)
	id, _ := saved["id"].(string)
	edition, _ := saved["edition"].(string)
	again := `{"base_version":"` + edition + `","rule":` + strings.Replace(wholeRule, "窗口", "大厅", 1) + `}`
	author.answered(doc, http.MethodPut, "/rules/{id}|"+id, again, 200)
	theirs := author.answered(doc, http.MethodPut, "/rules/{id}|"+id, strings.Replace(again, "大厅", "网站", 1), 409)
	if theirs["theirs"] == nil {
		t.Errorf("%v", theirs)
	}
	shown := author.answered(doc, http.MethodGet, "/rules/{id}|"+id, "", 200)
	if draft, _ := shown["draft"].(map[string]any); draft["state"] != "draft" || shown["live"] != nil {
		t.Errorf("%v", shown)
	}
	table := author.answered(doc, http.MethodGet, "/rules|?state=draft&only=unpublished&q=公积金&answer=大厅&author=xiaozhang&sort=hits&reverse=true&limit=1", "", 200)
	if table["total"] != 1. {
		t.Errorf("%v", table)
	}
	tried := author.answered(doc, http.MethodPost, "/rules/try", `{"text":"公积金怎么提取","rule":`+wholeRule+`,"at":"2026-03-02T10:00:00+08:00"}`, 200)
	if winner, _ := tried["winner"].(map[string]any); winner["name"] != "公积金提取" {
		t.Errorf("%v", tried)
	}
	author.answered(doc, http.MethodPost, "/rules/try", `{"text":"什么","trigger":"subscribe","key":"7"}`, 200)
	author.answered(doc, http.MethodGet, "/questions|?limit=3", "", 200)
}

// TestRulesAPI_ReviewConforms: the way from a draft to what answers, and back.
func TestRulesAPI_ReviewConforms(t *testing.T) {
	f := newFront(t, false)
	doc := apiSpec(t)
	author, reviewer := f.settle("xiaozhang", auth.ContentAdmin, storetest.AppA), f.settle("laowang", auth.ContentAdmin, storetest.AppA)
	saved, _ := author.answered(doc, http.MethodPost, "/rules", `{"rule":{"name":"社保","keywords":["社保"],"replies":[{"kind":"text","text":"甲"}]}}`, 200)["rule"].(map[string]any)
	id, _ := saved["id"].(string)
	step := func(b *browser, path, step, more string, status int) map[string]any {
		t.Helper()
		return b.answered(doc, http.MethodPost, path, `{"step":"`+step+`","rules":[{"id":"`+id+`","version":"1"}]`+more+`}`, status)
	}
	if e := step(author, "/rules/steps", "submit", "", 409); e["code"] != rulebook.CodeReplayNeeded {
		t.Errorf("%v", e)
	}
	begun := author.answered(doc, http.MethodPost, "/replays", `{"days":30,"rules":["`+id+`"]}`, 200)
	replay := fmt.Sprint(begun["id"])
	eventually(t, 10*time.Second, "the replay is done", func() bool {
		job := author.answered(doc, http.MethodGet, "/replays/{id}|"+replay, "", 200)
		return job["state"] == "done" && job["groups"] != nil
	})
	author.answered(doc, http.MethodDelete, "/replays/{id}|"+replay, "", 200)
	step(author, "/rules/steps", "submit", "", 200)
	if e := step(author, "/rules/reviews", "approve", "", 409); e["code"] != models.CodeSamePerson {
		t.Errorf("%v", e)
	}
	step(reviewer, "/rules/reviews", "approve", "", 200)
	planned := step(reviewer, "/rules/reviews", "publish", `,"at":"`+f.time.Add(time.Hour).Format(time.RFC3339)+`"`, 200)
	plan, _ := planned["publication"].(map[string]any)
	plans, _ := author.answered(doc, http.MethodGet, "/rules/publications", "", 200)["publications"].([]any)
	if len(plans) != 1 {
		t.Errorf("%v", plans)
	}
	planID, _ := plan["id"].(string)
	reviewer.answered(doc, http.MethodDelete, "/rules/publications/{id}|"+planID, "", 200)
	reviewer.answered(doc, http.MethodDelete, "/rules/publications/{id}|"+planID, "", 409)
	if done := step(reviewer, "/rules/reviews", "publish", "", 200); done["version"] != "1" {
		t.Errorf("%v", done)
	}
	reviewer.answered(doc, http.MethodPost, "/rules", `{"rule":{"name":"户口","keywords":["户口"],"replies":[{"kind":"text","text":"乙"}]}}`, 200)
	notices, _ := author.answered(doc, http.MethodGet, "/rules/notices", "", 200)["notices"].([]any)
	if len(notices) != 1 {
		t.Fatalf("%v", notices)
	}
	first, _ := notices[0].(map[string]any)
	author.answered(doc, http.MethodPost, "/rules/notices/seen", `{"up_to":"`+fmt.Sprint(first["id"])+`"}`, 200)
	author.answered(doc, http.MethodGet, "/rules/{id}/versions|"+id, "", 200)
	author.answered(doc, http.MethodGet, "/rules/{id}/diff|"+id, "", 200)
	author.answered(doc, http.MethodGet, "/rules/{id}/diff|"+id+"?from=7", "", 404)
	author.answered(doc, http.MethodGet, "/rulesets|?limit=5", "", 200)
	author.answered(doc, http.MethodGet, "/rulesets/{id}/diff|1?from=0", "", 200)
	reviewer.answered(doc, http.MethodPost, "/rulesets/{id}/rollback|1", `{"base_version":"1"}`, 409)
	reviewer.answered(doc, http.MethodPost, "/rules/{id}/rollback|"+id, `{"version":"1"}`, 409)
	shown := author.answered(doc, http.MethodGet, "/rules/{id}|"+id, "", 200)
	if live, _ := shown["live"].(map[string]any); live["state"] != "published" || shown["draft"] != nil {
		t.Errorf("%v", shown)
	}
}

// TestRulesAPI_BadRequests: each is refused with its status, and names the field where there is one.
func TestRulesAPI_BadRequests(t *testing.T) {
	f := newFront(t, false)
	b := f.settle("xiaozhang", auth.ContentAdmin, storetest.AppA)
	other := f.settle("xiaochen", auth.ContentAdmin, storetest.AppB)
	foreign, _ := other.must("POST", "/rules?account="+storetest.AppB, `{"rule":`+wholeRule+`}`)["rule"].(map[string]any)
	own, _ := b.must("POST", "/rules?account="+storetest.AppA, `{"rule":{"name":"甲"}}`)["rule"].(map[string]any)
	id, _ := own["id"].(string)
	theirs, _ := foreign["id"].(string)
	edition, _ := own["edition"].(string)
	const account = "?account=" + storetest.AppA
	base := `{"base_version":"` + edition + `","rule":`
	long := `"` + strings.Repeat("长", 700_000) + `"`
	for _, c := range []struct {
		method, path, body string
		status             int
		field              string
	}{
		{"GET", "/rules" + account + "&state=gone", "", 400, "state"},
		{"GET", "/rules" + account + "&only=", "", 400, "only"},
		{"GET", "/rules" + account + "&sort=age&limit=0", "", 400, "sort"},
		{"GET", "/rules" + account + "&limit=201", "", 400, "limit"},
		{"GET", "/rules" + account + "&after=***", "", 400, "after"},
		{"GET", "/rules" + account + "&after=bm90IGpzb24", "", 400, "after"},
		{"GET", "/rules" + account + "&page=2", "", 400, "page"},
		{"GET", "/rules" + account + "&q=" + strings.Repeat("a", 5000), "", 400, "q"},
		{"GET", "/rules" + account + "," + storetest.AppA, "", 200, ""},
		{"GET", "/rules?account=" + storetest.AppB, "", 404, ""},
		{"GET", "/rules" + account + "," + storetest.AppB, "", 404, ""},
		{"GET", "/rules/" + theirs + account, "", 404, ""},
		{"GET", "/rules/-1" + account, "", 404, ""},
		{"GET", "/rules/99999999999999999999" + account, "", 404, ""},
		{"GET", "/rules/1" + account + "&x=1", "", 400, "x"},
		{"POST", "/rules" + account, "", 415, ""},
		{"POST", "/rules" + account, "[]", 400, ""},
		{"POST", "/rules" + account, "{", 400, ""},
		{"POST", "/rules" + account, `{}`, 400, "name"},
		{"POST", "/rules" + account, `{"rule":{"name":"  "}}`, 400, "name"},
		{"POST", "/rules" + account, `{"rule":{"name":"` + strings.Repeat("名", 65) + `"}}`, 400, "name"},
		{"POST", "/rules" + account, `{"rule":{"name":"甲"}}`, 409, ""},
		{"POST", "/rules" + account, `{"rule":{"name":"乙","keyword":["x"]}}`, 400, "keyword"},
		{"POST", "/rules" + account, `{"rule":{"name":"乙","keywords":"x"}}`, 400, "rule.keywords"},
		{"POST", "/rules" + account, `{"rule":{"name":"乙","topic":` + long + `}}`, 413, ""},
		{"POST", "/rules" + account + "&dry=1", `{"rule":{"name":"乙"}}`, 400, "dry"},
		{"POST", "/rules?account=" + storetest.AppB, `{"rule":{"name":"乙"}}`, 404, ""},
		{"PUT", "/rules/" + id + account, `{"rule":{"name":"甲"}}`, 400, "base_version"},
		{"PUT", "/rules/" + id + account, `{"base_version":"9.x","rule":{"name":"甲"}}`, 409, ""},
		{"PUT", "/rules/" + id + account, base + `{"name":""}}`, 400, "name"},
		{"PUT", "/rules/" + theirs + account, base + `{"name":"甲"}}`, 404, ""},
		{"PUT", "/rules/x" + account, base + `{"name":"甲"}}`, 404, ""},
		{"POST", "/rules/try" + account, `{"text":` + long[:30_000] + `"}`, 400, "text"},
		{"POST", "/rules/try" + account, `{"trigger":"mail"}`, 400, "trigger"},
		{"POST", "/rules/try" + account, `{"at":"tomorrow"}`, 400, ""},
		{"GET", "/questions" + account + "&limit=501", "", 400, "limit"},
		{"POST", "/rules/steps" + account, `{"step":"approve","rules":[{"id":"` + id + `"}]}`, 400, "step"},
		{"POST", "/rules/reviews" + account, `{"step":"fly","rules":[{"id":"` + id + `"}]}`, 400, "step"},
		{"POST", "/rules/reviews" + account, `{"step":"approve","rules":[]}`, 400, "rules"},
		{"POST", "/rules/reviews" + account, `{"step":"approve","rules":[{"id":"x"}]}`, 400, ""},
		{"POST", "/rules/reviews" + account, `{"step":"approve","rules":[{"id":"` + theirs + `"}]}`, 404, ""},
		{"POST", "/rules/reviews" + account, `{"step":"approve","rules":[{"id":"` + id + `"},{"id":"` + id + `"}]}`, 400, "rules[1].id"},
		{"POST", "/rules/reviews" + account, `{"step":"publish","rules":[{"id":"` + id + `"}],"at":"2020-01-01T00:00:00Z"}`, 400, "at"},
		{"POST", "/rules/steps" + account, `{"step":"submit","rules":[{"id":"` + id + `"}]}`, 400, "keywords"},
		{"GET", "/rules/" + theirs + "/versions" + account, "", 404, ""},
		{"POST", "/replays" + account, `{"days":0}`, 400, "days"},
		{"POST", "/replays" + account, `{"days":30,"rules":["x"]}`, 400, "rules[0]"},
		{"POST", "/replays" + account, `{"days":30,"rules":["` + theirs + `"]}`, 404, ""},
		{"POST", "/replays" + account, `{"days":30,"rules":["` + id + `"]}`, 400, "甲.keywords"},
		{"POST", "/replays" + account, `{"days":30}`, 409, ""},
		{"GET", "/replays/7" + account, "", 404, ""},
		{"DELETE", "/replays/x" + account, "", 404, ""},
		{"GET", "/rules/" + theirs + "/diff" + account, "", 404, ""},
		{"GET", "/rules/" + id + "/diff" + account + "&from=x", "", 400, "from"},
		{"POST", "/rules/" + theirs + "/rollback" + account, `{"version":"1"}`, 404, ""},
		{"POST", "/rules/" + id + "/rollback" + account, `{"version":"77"}`, 404, ""},
		{"GET", "/rulesets" + account + "&before=-1", "", 400, "before"},
		{"GET", "/rulesets/77/diff" + account, "", 404, ""},
		{"POST", "/rulesets/77/rollback" + account, `{"base_version":"0"}`, 404, ""},
		{"DELETE", "/rules/publications/77" + account, "", 404, ""},
		{"POST", "/rules/notices/seen" + account, `{"up_to":7}`, 400, ""},
	} {
		w := b.ask(c.method, c.path, c.body)
		var e models.Error
		if err := json.Unmarshal(w.Body.Bytes(), &e); err != nil || w.Code != c.status {
			t.Errorf("%s %.80s %.60s: %d %s", c.method, c.path, c.body, w.Code, w.Body)
			continue
		}
		if c.status != 200 && e.Message == "" || c.field != "" && (len(e.Fields) == 0 || e.Fields[0].Field != c.field) {
			t.Errorf("%s %.80s %.60s: %+v", c.method, c.path, c.body, e)
		}
	}
}
