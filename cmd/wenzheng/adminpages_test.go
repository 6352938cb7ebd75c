package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/wenzheng/wenzheng/auth"
	"github.com/wenzheng/wenzheng/store/storetest"
)

// parameterOf are the parameters of a path, by what stands in their place.
func parameterOf(path string) string {
	for pattern, name := range map[string]string{
		`/(op|tk|se)_[a-z2-7]+`: "/{id}", `/wx[0-9a-f]{16}`: "/{app_id}", `/(hours|limits)/[0-9a-z-]+`: "/$1/{from}", `/calendar/[0-9-]+`: "/calendar/{date}",
		`/desk/(human|assignment|held)$`: "/desk/{setting}", `/desk/(human|assignment|held)/[0-9a-z-]+`: "/desk/{setting}/{from}",
	} {
		path = regexp.MustCompile(pattern).ReplaceAllString(path, name)
	}
	return path
}

// described asks for 200 and holds the answer to openapi.yaml.
func (b *browser) described(doc *openapi3.T, method, path, body string) map[string]any {
	b.f.t.Helper()
	w := b.ask(method, path, body)
	if w.Code != http.StatusOK {
		b.f.t.Fatalf("%s %s: %d %s", method, path, w.Code, w.Body)
	}
	bare, _, _ := strings.Cut("/api/v1"+path, "?")
	item := doc.Paths.Find(parameterOf(bare))
	if item == nil {
		b.f.t.Fatalf("%s is not described", bare)
	}
	var v any
	if err := json.Unmarshal(w.Body.Bytes(), &v); err != nil {
		b.f.t.Fatal(err)
	}
	schema := item.GetOperation(method).Responses.Status(http.StatusOK).Value.Content["application/json"].Schema.Value
	if err := schema.VisitJSON(v, openapi3.MultiErrors()); err != nil {
		b.f.t.Errorf("%s %s: %v\n%s", method, path, err, w.Body)
	}
	object, _ := v.(map[string]any)
	return object
}

// TestConsole_AdministratorsPages goes through what the three do, and holds each answer to openapi.yaml.
func TestConsole_AdministratorsPages(t *testing.T) {
	f, doc := newFront(t, false), apiSpec(t)
	sys, sec, aud := f.settle("ligong", auth.SysAdmin), f.settle("zhaojie", auth.SecAdmin), f.settle("qianshi", auth.Auditor)
	made := sys.described(doc, "POST", "/operators", `{"name":"xiaoli","display_name":"小李"}`)
	link := strings.TrimPrefix(fmt.Sprint(made["link"]), "/welcome#")
	who, _ := made["operator"].(map[string]any)
	id := fmt.Sprint(who["id"])
	b := &browser{f: f, id: id, name: "xiaoli"}
	b.described(doc, "POST", "/welcome/look", `{"token":"`+link+`"}`)
	b.described(doc, "POST", "/welcome", `{"token":"`+link+`","password":"`+peoplesPassword+`"}`)
	b.enrol()
	if w := b.ask("GET", "/waits", ""); w.Code != http.StatusForbidden {
		t.Errorf("before anything is granted: %d", w.Code)
	}
	sec.described(doc, "GET", "/grants", "")
	sec.described(doc, "PUT", "/grants", `{"operator_id":"`+id+`","grants":[{"role":"case_handler","app_id":"`+storetest.AppA+`"},{"role":"account_manager","app_id":"`+storetest.AppA+`"}]}`)
	b.described(doc, "GET", "/waits", "")
	if got := b.described(doc, "GET", "/session", ""); got["home"] != "/desk" {
		t.Errorf("%v", got)
	}
	b.described(doc, "GET", "/sessions", "")
	sec.described(doc, "GET", "/sessions?all=true", "")
	b.described(doc, "POST", "/me/codes", `{"code":"`+b.code()+`"}`)
	for _, step := range []struct {
		as   *browser
		path string
	}{{sys, "disable"}, {sys, "enable"}, {sec, "unlock"}, {sys, "reset"}} {
		step.as.described(doc, "POST", "/operators/"+id+"/"+step.path, "")
	}
	if w := b.ask("GET", "/session", ""); w.Code != http.StatusUnauthorized {
		t.Errorf("after a reset: %d", w.Code)
	}
	sys.described(doc, "GET", "/operators", "")
	token := sec.described(doc, "POST", "/tokens", `{"name":"大屏","scopes":["waits:read"],"accounts":["`+storetest.AppA+`"],"until":"2027-12-31"}`)
	sec.described(doc, "GET", "/tokens", "")
	bearer := header("Authorization", "Bearer "+fmt.Sprint(token["token"]))
	nobody := &browser{f: f}
	for path, status := range map[string]int{"/waits": 200, "/indices": 403, "/waits?account=" + storetest.AppB: 404, "/me/preferences": 403} {
		if w := nobody.ask("GET", path, "", bearer); w.Code != status {
			t.Errorf("a program at %s: %d %s", path, w.Code, w.Body)
		}
	}
	sec.described(doc, "DELETE", "/tokens/"+fmt.Sprint(token["id"]), "")
	if w := nobody.ask("GET", "/waits", "", bearer); w.Code != http.StatusUnauthorized {
		t.Errorf("a token that was revoked: %d", w.Code)
	}
	aud.described(doc, "GET", "/audit?action=operator&limit=2", "")
	aud.described(doc, "GET", "/audit?from=2026-03-05&to=2026-03-05&actor=zhaojie&object="+id, "")
	if got := aud.described(doc, "POST", "/audit/verify", ""); got["broken"] != nil {
		t.Errorf("%v", got)
	}
	w := aud.ask("GET", "/audit/export?action=session", "")
	if w.Code != http.StatusOK || !strings.HasPrefix(w.Header().Get("Content-Type"), "text/csv") || !strings.Contains(w.Body.String(), "session.open") || strings.Contains(w.Body.String(), "token.create") {
		t.Errorf("%d %v %.300s", w.Code, w.Header(), w.Body)
	}
	aud.described(doc, "DELETE", "/session", "")
}
