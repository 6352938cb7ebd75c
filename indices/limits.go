package indices

import "github.com/wenzheng/wenzheng/models"

// Limits are the time limits that waits and cases are held against. All are configurable
// per account; a change of the chat limits or of BotSilence or Expiry needs every wait
// rebuilt and recounted.
type Limits struct {
	// Chat are the response limits in seconds, rising. The first is also the bound for full
	// marks g of the response-time index, the last its zero L.
	Chat       [models.ChatLimits]int64 `json:"chat_s"`
	BotSilence int64                    `json:"bot_silence_s"` // silence after which a matched bot answer stands
	Expiry     int64                    `json:"expiry_s"`      // after the last message of a chat wait
	SessionGap int64                    `json:"session_gap_s"`
	AtRisk     int64                    `json:"at_risk_s"` // age of the last message at which the window is about to close
	Quota      int                      `json:"quota"`     // customer-service messages after one message
	Case       CaseLimits               `json:"case"`
	// CaseFull and CaseZero are g and L of the case scale, in working days.
	CaseFull int `json:"case_full_wd"`
	CaseZero int `json:"case_zero_wd"`
	// FirstWord is the limit for the first authoritative word on 舆情, and MajorFirstWord
	// on 重大 ones, in seconds.
	FirstWord      int64 `json:"first_word_s"`
	MajorFirstWord int64 `json:"major_first_word_s"`
	// Publication gaps in days.
	GapNotice int `json:"gap_notice_d"`
	GapAmber  int `json:"gap_amber_d"`
	GapVeto   int `json:"gap_veto_d"`
	// TestAnswer is how soon a test message must be answered, in working days (unconfirmed).
	TestAnswer int `json:"test_answer_wd"`
	MinRatings int `json:"min_ratings"` // below it M15 has no value
	MinWaits   int `json:"min_waits"`   // due waits below which an account is 样本不足

	periods []limitPeriod // as they changed through time, rising; nil: they never did
}

// CaseLimits are working days by category of a case.
type CaseLimits map[string]int

// The categories of cases with a limit by default.
const (
	CaseAcceptance   = "acceptance"
	CaseConsultation = "consultation"
	CaseComplaint    = "complaint" // and suggestions
	CaseComplex      = "complex"
)

// DefaultLimits are the limits of section 7 of the metrics, with these sources:
// GB/T 33358-2016 (3 min: SMS and other media); 北京 12345 热线服务与管理规范, draft (2 h
// online acceptance, 24 h urgent supply matters); 国办发〔2016〕61号 (48 h, other 政务舆情) and
// WeChat's customer-service window
// (https://developers.weixin.qq.com/doc/subscription/guide/product/kf/intro.md: 5 messages,
// 48 h); 国办发〔2016〕80号 (5 h); 乐清网络问效 https://wen.yqcn.com/lc2.php (1, 2, 5, 15 working
// days); 国办秘函〔2019〕19号 (14 d). Silence, at-risk age and sample floors are ours.
func DefaultLimits() Limits {
	return Limits{
		Chat:       [models.ChatLimits]int64{180, 7200, 86400, 172800},
		BotSilence: 1800, Expiry: 172800, SessionGap: 172800, AtRisk: 44 * 3600, Quota: 5,
		Case:     CaseLimits{CaseAcceptance: 1, CaseConsultation: 2, CaseComplaint: 5, CaseComplex: 15},
		CaseFull: 1, CaseZero: 15, FirstWord: 48 * 3600, MajorFirstWord: 5 * 3600,
		GapNotice: 7, GapAmber: 10, GapVeto: 14, TestAnswer: 5, MinRatings: 10, MinWaits: 30,
	}
}

func (l *Limits) last() int64 { return l.Chat[models.ChatLimits-1] }
