package main

import (
	"encoding/json"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/wenzheng/wenzheng/auth"
	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/store/storetest"
)

// holders are the roles that hold each permission; "program" is a token with all scopes.
func holders() map[string][]string {
	return map[string][]string{
		"indices:read":     {"account_manager", "program"},
		"waits:read":       {"account_manager", "case_handler", "program"},
		"overview:read":    {"account_manager", "case_handler", "content_admin", "program"},
		"live:read":        {"account_manager", "case_handler", "content_admin", "program"},
		"operators:read":   {"sysadmin", "secadmin"},
		"operators:write":  {"sysadmin"},
		"operators:unlock": {"secadmin"},
		"grants:read":      {"secadmin"},
		"grants:write":     {"secadmin"},
		"policy:read":      {"secadmin"},
		"tokens:read":      {"secadmin"},
		"tokens:write":     {"secadmin"},
		"audit:read":       {"auditor"},
		"accounts:read":    {"sysadmin", "account_manager"},
		"accounts:write":   {"sysadmin"},
		"alarms:choose":    {"sysadmin", "account_manager"},
		"calendar:read":    {"sysadmin", "account_manager"},
		"calendar:write":   {"sysadmin"},
		"pins:read":        {"account_manager", "case_handler", "content_admin"},
		"pins:write":       {"content_admin"},
		"surges:read":      {"account_manager", "content_admin"},
		"surges:mark":      {"account_manager", "content_admin"},
		"rules:read":       {"account_manager", "content_admin", "program"},
		"rules:write":      {"content_admin"},
		"rules:review":     {"content_admin"},
		"questions:read":   {"account_manager", "content_admin"},
		"start:read":       {"sysadmin", "secadmin", "account_manager", "content_admin"},
		"templates:use":    {"case_handler", "content_admin"},
		"templates:write":  {"content_admin"},
		"outbox:own":       {"account_manager", "case_handler"},
		"desk:read":        {"account_manager", "case_handler"},
		"desk:answer":      {"case_handler"},
		"desk:assign":      {"account_manager", "case_handler"},
		"rosters:write":    {"account_manager"},
		"desk:reveal":      {"case_handler"},
		"cases:read":       {"account_manager", "case_handler"},
		"cases:write":      {"case_handler"},
		"cases:supervise":  {"account_manager"},
		"cases:export":     {"account_manager"},
		"cases:import":     {"account_manager"},
	}
}

var neededPermission = regexp.MustCompile(`需要权限 ([a-z]+:[a-z]+)。`)

// TestPermissions_CellByCell asks every route that needs a permission as every role, about an account
// of its own and about a foreign one. openapi.yaml is the list of routes: a test of the console holds
// it to them.
func TestPermissions_CellByCell(t *testing.T) {
	f := newFront(t, false)
	f.hub.Close() // who may listen is told that there is no room, and does not stay
	as := map[string]*browser{"nobody": {f: f}}
	for _, r := range append(auth.StaffRoles(), auth.Administrators()...) {
		var accounts []string
		if r.HoldsAccounts() {
			accounts = []string{storetest.AppA}
		}
		as[string(r)] = f.settle(strings.ReplaceAll(string(r), "_", "."), r, accounts...)
		as[string(r)].accounts = accounts
	}
	made, err := f.auth.AddToken(t.Context(), operator(), auth.TokenRequest{Name: "大屏", Scopes: auth.Scopes(), Accounts: []string{storetest.AppA}})
	if err != nil {
		t.Fatal(err)
	}
	as["program"] = &browser{f: f, accounts: []string{storetest.AppA}}
	cells, held := 0, map[string]bool{}
	for path, item := range apiSpec(t).Paths.Map() {
		for method, op := range item.Operations() {
			need := neededPermission.FindStringSubmatch(op.Description)
			if need == nil {
				continue
			}
			held[need[1]] = true
			for role, b := range as {
				route := strings.Replace(strings.TrimPrefix(path, "/api/v1"), "{id}", "none", 1)
				may := slices.Contains(holders()[need[1]], role)
				for account, foreign := range map[string]bool{storetest.AppA: false, storetest.AppB: true} {
					cells++
					switch {
					case asked(op):
						route = addressed(route, account)
					case strings.Contains(path, "{app_id}"):
						route = strings.Replace(strings.TrimPrefix(path, "/api/v1"), "{app_id}", account, 1)
					case foreign:
						continue
					}
					body := ""
					if op.RequestBody != nil {
						body = "{}"
					}
					w := b.ask(method, route, body, func(r *http.Request) {
						if role == "program" {
							r.Header.Set("Authorization", "Bearer "+made.Secret)
						}
					})
					checkCell(t, role+" "+method+" "+route, w.Code, w.Body.Bytes(), cell{
						stranger: role == "nobody", may: may, foreign: foreign && as[role].accounts != nil,
					})
				}
			}
		}
	}
	if len(held) != len(holders()) || cells < 200 {
		t.Errorf("%d cells of %v", cells, held)
	}
}

type cell struct{ stranger, may, foreign bool }

func checkCell(t *testing.T, what string, status int, body []byte, c cell) {
	t.Helper()
	var e models.Error
	_ = json.Unmarshal(body, &e) // what is no error has no code
	switch {
	case c.stranger && (status != 401 || e.Code != "unauthorized"),
		!c.stranger && !c.may && (status != 403 || e.Code != models.CodeForbidden),
		c.may && c.foreign && (status != 404 || e.Code != models.CodeNotFound),
		c.may && !c.foreign && slices.Contains([]int{401, 403, 405, 500}, status):
		t.Errorf("%s: %d %s", what, status, body)
	}
}

// asked reports whether a route is about accounts.
func asked(op *openapi3.Operation) bool {
	return slices.ContainsFunc(op.Parameters, func(p *openapi3.ParameterRef) bool { return p.Value.Name == "account" })
}

func addressed(route, account string) string {
	bare, _, _ := strings.Cut(route, "?")
	route = bare + "?account=" + account
	if strings.HasPrefix(bare, "/series") {
		route += "&metric=rti.value"
	}
	return route
}

// TestPermissions_OnlyOwnAccountsInAnswers: who names no account is answered about their own, whatever
// they ask, and a foreign one beside an own one is not found.
func TestPermissions_OnlyOwnAccountsInAnswers(t *testing.T) {
	f := newFront(t, false)
	b := f.settle("laozhou", auth.AccountManager, storetest.AppA)
	named := []string{"/indices", "/series?metric=counts.inbound", "/changes", "/overview"}
	for _, route := range append(named, "/waits", "/distribution?by=rt", "/window", "/definitions", "/report?quarter=2025Q4") {
		w := b.ask("GET", route, "")
		if w.Code != 200 || strings.Contains(w.Body.String(), storetest.AppB) || slices.Contains(named, route) && !strings.Contains(w.Body.String(), storetest.AppA) {
			t.Errorf("%s: %d %s", route, w.Code, w.Body)
		}
		separator := "?"
		if strings.Contains(route, "?") {
			separator = "&"
		}
		for account, status := range map[string]int{
			storetest.AppA + "," + storetest.AppB: 404, storetest.AppB + "," + storetest.AppB: 404, "": 400,
			storetest.AppA + "&account=" + storetest.AppB: 400, storetest.AppA + "%2C" + storetest.AppB: 404, "%20" + storetest.AppB: 404,
		} {
			if w := b.ask("GET", route+separator+"account="+account, ""); w.Code != status {
				t.Errorf("%s with %q: %d %s", route, account, w.Code, w.Body)
			}
		}
	}
	if e := f.lastAudit(); e.Action != "access.refuse" || e.Who.Name != "laozhou" || e.Result != models.AuditRefused {
		t.Errorf("%+v", e)
	}
	// What is granted and taken away holds at the next request.
	if err := f.auth.Grant(t.Context(), operator(), auth.GrantRequest{OperatorID: b.id, Grants: []auth.Grant{{Role: auth.CaseHandler, AppID: storetest.AppB}}}); err != nil {
		t.Fatal(err)
	}
	for route, status := range map[string]int{"/indices": 403, "/waits?account=" + storetest.AppA: 404, "/waits?account=" + storetest.AppB: 200} {
		if w := b.ask("GET", route, ""); w.Code != status {
			t.Errorf("%s after the change: %d %s", route, w.Code, w.Body)
		}
	}
}
