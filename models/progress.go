package models

// Progress is how far a new account has come, from its keys to the first citizen who was answered.
type Progress struct {
	Account  *ProgressAccount  `json:"account"`  // null: there is none yet
	Accounts []ProgressAccount `json:"accounts"` // all that were asked about
	Steps    []ProgressStep    `json:"steps"`    // six, in their order
	Finished bool              `json:"finished"`
}

// ProgressAccount is an account and whether all steps are done.
type ProgressAccount struct {
	AppID    string `json:"app_id"`
	Name     string `json:"name"`
	Finished bool   `json:"finished"`
}

// ProgressStep is one of the six.
type ProgressStep struct {
	Name  StepName       `json:"name"`
	Done  bool           `json:"done"`
	Lines []ProgressLine `json:"lines"`
	// Role does the step, and People hold it here: whom to ask.
	Role   string         `json:"role"`
	People []string       `json:"people"`
	Counts map[string]int `json:"counts"` // of rules by what is to be done with them
}

// ProgressLine is something that is the case, and what to do about it, "" = nothing. By Code and Values it is said in
// another language; a line of the doctor is one of What it looked at.
type ProgressLine struct {
	Found  string            `json:"found"`
	Fix    string            `json:"fix"`
	What   string            `json:"what"`
	Code   string            `json:"code"`
	Values map[string]string `json:"values"`
}

// StepName names a step of a new account.
type StepName string

// The steps in their order.
const (
	StepAccount StepName = "account" // keys pasted
	StepCheck   StepName = "check"   // the doctor found nothing that stands in the way
	StepImport  StepName = "import"  // there are rules
	StepTry     StepName = "try"     // a sentence was tried on them
	StepPublish StepName = "publish" // a second person approved, and they answer
	StepLive    StepName = "live"    // the first citizen wrote
)

// What of a new account is kept because nothing else tells of it.
const (
	ProgressCheck = "check"
	ProgressTry   = "try"
)
