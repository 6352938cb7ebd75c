package indices

import (
	"fmt"
	"math"
	"strconv"
	"time"

	"github.com/wenzheng/wenzheng/models"
)

// RuleVersion names the set of diagnosis rules; it is stored with each finding.
const RuleVersion = "diagnosis-2"

// Severity of a finding that fired.
type Severity string

// The severities, rising.
const (
	SeverityNotice Severity = "notice"
	SeverityAmber  Severity = "amber"
	SeverityRed    Severity = "red"
	SeverityVeto   Severity = "veto"
)

// Problem names one of the seven problems.
type Problem string

// The problems.
const (
	UnclearAim     Problem = "unclear_aim"
	ClutteredPush  Problem = "cluttered_pushes"
	OneForm        Problem = "one_form"
	LittleReply    Problem = "little_reply"
	WeakGuidance   Problem = "weak_guidance"
	LowEntryBar    Problem = "low_entry_bar"
	WeakManagement Problem = "weak_management"
)

// Finding says whether one problem shows in the window, with the figures that prove it.
type Finding struct {
	Problem          Problem    `json:"problem"`
	Name             string     `json:"name"`
	NameEN           string     `json:"name_en"`
	Fired            bool       `json:"fired"`
	Checked          bool       `json:"checked"` // there was data to look at
	Severity         *Severity  `json:"severity"`
	Evidence         []Evidence `json:"evidence"` // what fired, and where nothing did, what was looked at
	Countermeasure   string     `json:"countermeasure"`
	CountermeasureEN string     `json:"countermeasure_en"`
	RuleVersion      string     `json:"rule_version"`
	Since            *Since     `json:"since,omitempty"` // of one that fired; nil = it is not known
}

// Evidence is one measure held against its threshold.
type Evidence struct {
	Measure   string   `json:"measure"`
	Text      string   `json:"text"`
	TextEN    string   `json:"text_en"`
	Value     float64  `json:"value"`
	Threshold float64  `json:"threshold"`
	Source    string   `json:"source,omitempty"` // of the threshold
	N         int64    `json:"n"`
	Fired     bool     `json:"fired"`
	Rows      []string `json:"rows,omitempty"` // ids of the posts, cases, waits or topics that prove it
}

// DiagnosisInputs is what the rules need beyond the metrics. What is not known stays nil.
type DiagnosisInputs struct {
	Thresholds *Thresholds // nil = DefaultThresholds
	// Topics is how many topics the account's list has; 0 = those that occur.
	Topics int
	Asks   map[string]int64 // waits of the window by topic
	// UnfollowsAfterPush are unfollows within 24 h of a push, by push; UnfollowsADay is their
	// 30-day mean.
	UnfollowsAfterPush map[string]int64
	UnfollowsADay      float64
	Surges             []Surge
	Registration       *Registration
	// Unreviewed are the keys of human answers without author and review trail.
	Unreviewed []string
}

// Surge is a topic on which asks rose, and what was published on it.
type Surge struct {
	Topic     string
	At        time.Time // the beginning of the hour in which asks crossed the bounds
	Asks      int64     // in the 24 hours that end with it
	DailyMean float64   // of the 7 days before these
	Major     bool      // marked 重大
	Answered  time.Time // the first post or mass answer on it; zero = none
}

// Registration is how the account stands with the platform and its department.
type Registration struct {
	Verified     bool
	FilingNumber string // 备案号
	Owner        string
	Operator     string
	Siblings     []Sibling // the department's other accounts
}

// Sibling is another account of the same department.
type Sibling struct {
	Name     string
	IdleDays int
}

// Thresholds are the bounds of the rules. Those without an official source are ours.
type Thresholds struct {
	MinPosts        int     `json:"min_posts"`
	Entropy         float64 `json:"entropy"`
	TopTopic        float64 `json:"top_topic"`
	Divergence      float64 `json:"divergence"`
	FinishRate      float64 `json:"finish_rate"`     // percent
	PushPosts       int     `json:"push_posts"`      // posts a push
	TailReads       float64 `json:"tail_reads"`      // share of the headline's reads
	UnfollowFactor  float64 `json:"unfollow_factor"` // times the daily mean
	OneForm         float64 `json:"one_form"`        // share
	ReplyRate       float64 `json:"reply_rate"`      // percent, 48 h
	MedianSeconds   int64   `json:"median_s"`
	TwoWay          float64 `json:"two_way"` // percent
	SurgeAsks       int64   `json:"surge_asks"`
	SurgeFactor     float64 `json:"surge_factor"`
	IdleDays        int     `json:"idle_days"`
	UnassignedAfter int64   `json:"unassigned_after_s"` // office seconds
	Marked          float64 `json:"marked"`             // percent of waits that people marked as needing no answer
}

// DefaultThresholds are those of section 6 of the metrics.
func DefaultThresholds() Thresholds {
	return Thresholds{
		MinPosts: 20, Entropy: .85, TopTopic: .35, Divergence: .5,
		FinishRate: 30, PushPosts: 5, TailReads: .10, UnfollowFactor: 2, OneForm: .90,
		ReplyRate: 80, MedianSeconds: 86400, TwoWay: 10,
		SurgeAsks: 10, SurgeFactor: 5, IdleDays: 14, UnassignedAfter: 3600, Marked: 5,
	}
}

func (d *DiagnosisInputs) bounds() Thresholds {
	if d.Thresholds != nil {
		return *d.Thresholds
	}
	return DefaultThresholds()
}

// patient is what the rules look at.
type patient struct {
	*Inputs
	limits *Limits
	bounds Thresholds
	report *AccountReport
}

// rule is one problem with what to look at and what to do.
type rule struct {
	problem  Problem
	name, en string
	look     func(*patient, *Finding)
	advice   string
	adviceEN string
}

func rules() []rule {
	return []rule{
		{
			UnclearAim, "目标定位模糊", "unclear aim", unclearAim,
			"按群众所问确定发布重点，减少与本单位职责无关的内容", "publish what citizens ask about",
		},
		{
			ClutteredPush, "推送内容冗杂", "cluttered pushes", clutteredPush,
			"按标签分组推送，减少每次推送的篇数", "send to tagged groups, fewer items a push",
		},
		{
			OneForm, "形式单一", "one form only", oneForm,
			"增加图解、音频、视频等形式", "add charts, audio and video",
		},
		{
			LittleReply, "互动反馈少", "little reply", littleReply,
			"排定值班，完善自动回复，明确答复时限", "a duty roster, matched answers, time limits",
		},
		{
			WeakGuidance, "舆情引导不足", "weak guidance", weakGuidance,
			"对集中反映的问题统一发布答复，并在回复中附链接", "publish one answer and link to it",
		},
		{
			LowEntryBar, "准入门槛低", "low entry bar", lowEntryBar,
			"完成认证和备案，合并或关停闲置账号", "register, merge or close accounts",
		},
		{
			WeakManagement, "管理不完善", "weak management", weakManagement,
			"落实值班和三审制度，定期审计", "a roster, three reviews, an audit",
		},
	}
}

func diagnose(in *Inputs, limits *Limits, r *AccountReport) []Finding {
	p := patient{Inputs: in, limits: limits, bounds: in.Diagnosis.bounds(), report: r}
	rules := rules()
	list := make([]Finding, 0, len(rules))
	for _, rule := range rules {
		f := Finding{
			Problem: rule.problem, Name: rule.name, NameEN: rule.en, RuleVersion: RuleVersion,
			Countermeasure: rule.advice, CountermeasureEN: rule.adviceEN, Evidence: []Evidence{},
		}
		rule.look(&p, &f)
		list = append(list, f)
	}
	return list
}

// note records a measure; severity counts when it fired. zh and en are the measure's names.
func (f *Finding) note(e Evidence, zh, en string, severity Severity) {
	f.noteAs(e, 1, zh, en, severity)
}

// noteAs records a measure that people read in another unit, of which there are so many in
// the one of the evidence.
func (f *Finding) noteAs(e Evidence, unit float64, zh, en string, severity Severity) {
	value, bound := shortNumber(e.Value/unit), shortNumber(e.Threshold/unit)
	e.Source = sourceOf(&e)
	e.Text = fmt.Sprintf("%s %s，界限 %s（%s），样本 %d", zh, value, bound, e.Source, e.N)
	e.TextEN = fmt.Sprintf("%s %s, bound %s, n %d", en, value, bound, e.N)
	f.add(e, severity)
}

// sourceOf is where the bound of a measure comes from.
func sourceOf(e *Evidence) string {
	switch {
	case e.Measure == "surges_unanswered":
		return "国办发〔2016〕61号、80号"
	case e.Measure == "old_cases":
		return "乐清网络问效"
	case e.Measure == "idle_accounts", e.Measure == "publication_gap" && e.Threshold == float64(DefaultLimits().GapVeto):
		return "国办秘函〔2019〕19号"
	default:
		return "本产品默认"
	}
}

// fact records something that is so or is not: it fired when it is.
func (f *Finding) fact(e Evidence, zh, en string, severity Severity) {
	is, isEN := "否", "no"
	if e.Fired {
		is, isEN = "是", "yes"
	}
	e.Value, e.N = float64(count(e.Fired)), 1
	e.Text, e.TextEN = zh+"："+is, en+": "+isEN
	f.add(e, severity)
}

func (f *Finding) add(e Evidence, severity Severity) {
	f.Checked = true
	f.Fired = f.Fired || e.Fired
	f.Evidence = append(f.Evidence, e)
	if e.Fired && (f.Severity == nil || severityRank(severity) > severityRank(*f.Severity)) {
		f.Severity = &severity
	}
}

// shortNumber prints at most three decimals, and none that are zero.
func shortNumber(v float64) string {
	return strconv.FormatFloat(math.Round(v*1000)/1000, 'f', -1, 64)
}

func severityRank(s Severity) int {
	switch s {
	case SeverityVeto:
		return 4
	case SeverityRed:
		return 3
	case SeverityAmber:
		return 2
	default:
		return 1
	}
}

// unassigned lists open waits that nobody took over for longer than the bound in office time.
func unassigned(in *Inputs) (keys []string, n int64) {
	s := Selection{Office: in.Office, Within: in.Diagnosis.bounds().UnassignedAfter}
	waits := in.undecided()
	for i := range waits {
		w := &waits[i]
		r := StateAt(w, in.AsOf.Unix())
		if r.State != models.WaitOpen || r.Pending || w.Mark != models.MarkNone {
			continue
		}
		n++
		if s.unassigned(w, r, in.AsOf.Unix()) {
			keys = append(keys, w.OpenKey)
		}
	}
	return keys, n
}
