package auth

import "testing"

func TestHome_FirstPageOfEachRole(t *testing.T) {
	for _, test := range []struct {
		roles []Role
		want  string
	}{
		{[]Role{CaseHandler}, "/desk"},
		{[]Role{ContentAdmin}, "/rules"},
		{[]Role{CaseHandler, ContentAdmin}, "/desk"},
		{[]Role{ContentAdmin, AccountManager}, "/figures"},
		{[]Role{SysAdmin}, "/accounts"},
		{[]Role{SecAdmin}, "/grants"},
		{[]Role{Auditor}, "/audit"},
	} {
		if got := home(test.roles); got != test.want {
			t.Errorf("home(%v) = %q, want %q", test.roles, got, test.want)
		}
	}
}
