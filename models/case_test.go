package models

import "testing"

// A rule may begin a case of a kind that there is, or leave the kind to the citizen.
func TestRuleAction_Case(t *testing.T) {
	for action, want := range map[RuleAction]struct {
		kind CaseKind
		is   bool
	}{
		"case": {"", true}, "case:complaint": {CaseComplaint, true}, "case:praise": {CasePraise, true},
		"": {"", false}, "handover": {"", false}, "case:": {"", false}, "case:petition": {"petition", false}, "cases": {"", false},
	} {
		if kind, is := action.Case(); kind != want.kind || is != want.is {
			t.Errorf("%q: %q, %v", action, kind, is)
		}
		r := Rule{AppID: "wx0123456789abcdef", Name: "a", Keywords: []string{"a"}, Replies: []Reply{TextReply("b")}, Action: action}
		if faults := r.Validate(); (len(faults) == 0) != (want.is || action == "" || action == ActionHandover) {
			t.Errorf("%q: %+v", action, faults)
		}
	}
}
