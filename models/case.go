package models

import (
	"strings"
	"time"
)

// CaseKind is what a citizen wants by a case.
type CaseKind string

// The kinds, in the order in which citizens choose among them.
const (
	CaseConsult    CaseKind = "consult"
	CaseComplaint  CaseKind = "complaint"
	CaseSuggestion CaseKind = "suggestion"
	CaseReport     CaseKind = "report"
	CaseHelp       CaseKind = "help"
	CasePraise     CaseKind = "praise"
)

// CaseKinds lists them all.
func CaseKinds() []CaseKind {
	return []CaseKind{CaseConsult, CaseComplaint, CaseSuggestion, CaseReport, CaseHelp, CasePraise}
}

// Title is the kind in Chinese, "" of what is none.
func (k CaseKind) Title() string {
	return map[CaseKind]string{
		CaseConsult: "咨询", CaseComplaint: "投诉", CaseSuggestion: "建议", CaseReport: "举报", CaseHelp: "求助", CasePraise: "表扬",
	}[k]
}

// CaseText is how long what a citizen writes of a case may be, in characters.
const CaseText = 2000

// caseDigits is the length of the number of a case.
const caseDigits = 12

// ShownNumber is the number of a case as people read it: 2603 0200 0013.
func ShownNumber(number string) string {
	if len(number) != caseDigits {
		return number
	}
	return number[:4] + " " + number[4:8] + " " + number[8:]
}

// CaseForm is what an answer does to a case of its citizen: of one that they tell step by step, a number is
// to be reserved for it, or it is submitted; or one is withdrawn, of which Number and At hold alone.
type CaseForm struct {
	Dialogue  string // key of the message with which it began: of one there is one case
	Withdrawn bool
	Submitted bool   // the fields below hold
	Number    string // that the citizen was told, "" = none was known
	At        time.Time
	Kind      CaseKind
	Topic     string
	Text      string
	Place     string
	Phone     string
	Photos    []string // media ids
	Public    bool
	PhotosAt  time.Time // when the first photo was sent, from then on WeChat keeps it
	Exact     string    // latitude,longitude of Place as they were sent, "" = not kept
}

// Keeping is what something of a case is kept for, and how many days from the submission of the case on; the
// zero value: it is not kept.
type Keeping struct {
	Purpose string
	Days    int
}

// On reports whether it is kept.
func (k Keeping) On() bool { return k.Days > 0 && k.Purpose != "" }

// CaseKeeping is what is kept of cases beyond what their handling needs.
type CaseKeeping struct {
	Photos Keeping
	Place  Keeping // as exact as it was sent
}

// ActionCase begins the dialogue that makes a case, where the account takes some; the reply is said
// before. A kind may follow behind a colon.
const ActionCase RuleAction = "case"

// Case reports whether the action begins a case, and of what kind, "" = the citizen is asked.
func (a RuleAction) Case() (kind CaseKind, is bool) {
	kind, named := CaseKind(""), false
	if rest, found := strings.CutPrefix(string(a), string(ActionCase)+":"); found {
		kind, named = CaseKind(rest), true
	}
	return kind, a == ActionCase || named && kind.Title() != ""
}
