package accounts

import (
	"context"
	"encoding/json"
	"maps"

	"github.com/wenzheng/wenzheng/indices"
	"github.com/wenzheng/wenzheng/models"
)

// LimitsChange says which of the limits that can be set are to change; nil leaves one as it is. The
// units are those of indices.Limits.
type LimitsChange struct {
	First          *int64         `json:"first_s"` // the four of a chat, rising
	Acceptance     *int64         `json:"acceptance_s"`
	SameDay        *int64         `json:"same_day_s"`
	Last           *int64         `json:"last_s"`
	BotSilence     *int64         `json:"bot_silence_s"`
	AtRisk         *int64         `json:"at_risk_s"`
	Case           map[string]int `json:"case"`
	FirstWord      *int64         `json:"first_word_s"`
	MajorFirstWord *int64         `json:"major_first_word_s"`
	GapNotice      *int           `json:"gap_notice_d"`
	GapAmber       *int           `json:"gap_amber_d"`
	GapVeto        *int           `json:"gap_veto_d"`
	TestAnswer     *int           `json:"test_answer_wd"`
}

type limitChange struct {
	of *int64
	by *int64
}

type daysChange struct {
	of *int
	by *int
}

func (c *LimitsChange) seconds(l *indices.Limits) []limitChange {
	return []limitChange{
		{&l.Chat[0], c.First},
		{&l.Chat[1], c.Acceptance},
		{&l.Chat[2], c.SameDay},
		{&l.Chat[3], c.Last},
		{&l.BotSilence, c.BotSilence},
		{&l.AtRisk, c.AtRisk},
		{&l.FirstWord, c.FirstWord},
		{&l.MajorFirstWord, c.MajorFirstWord},
	}
}

func (c *LimitsChange) days(l *indices.Limits) []daysChange {
	return []daysChange{{&l.GapNotice, c.GapNotice}, {&l.GapAmber, c.GapAmber}, {&l.GapVeto, c.GapVeto}, {&l.TestAnswer, c.TestAnswer}}
}

func (c *LimitsChange) apply(l *indices.Limits) {
	for _, d := range c.seconds(l) {
		if d.by != nil {
			*d.of = *d.by
		}
	}
	for _, d := range c.days(l) {
		if d.by != nil {
			*d.of = *d.by
		}
	}
	maps.Copy(l.Case, c.Case)
}

// Changes reports whether anything is to change.
func (c *LimitsChange) Changes() bool {
	var l indices.Limits
	for _, d := range c.seconds(&l) {
		if d.by != nil {
			return true
		}
	}
	for _, d := range c.days(&l) {
		if d.by != nil {
			return true
		}
	}
	return len(c.Case) > 0
}

// SetLimits changes the limits that hold before a day (as in SettingRequest.From) and sets the
// result from that day on.
func (a *Accounts) SetLimits(ctx context.Context, by models.Who, appID, from string, change *LimitsChange) (models.Setting, error) {
	account, err := a.store.Account(ctx, appID)
	if err != nil {
		return models.Setting{}, err
	}
	day := from
	switch from {
	case "":
		day = a.soonest(models.SettingLimits)
	case Always:
		day = ""
	}
	limits := indices.DefaultLimits()
	if value, ok := models.SettingOn(account.Settings, models.SettingLimits, day); ok {
		if limits, err = indices.ParseLimits(value); err != nil {
			return models.Setting{}, err
		}
	}
	change.apply(&limits)
	text, err := json.Marshal(limits)
	if err != nil {
		return models.Setting{}, err
	}
	return a.SetSetting(ctx, by, SettingRequest{AppID: appID, Name: models.SettingLimits, From: from, Value: string(text)})
}

// LimitsList are the limits of an account through time, the earliest first.
type LimitsList struct {
	// Soonest is the first day that may be changed when no day is said, "" = always.
	Soonest string      `json:"soonest"`
	Rows    []LimitsRow `json:"rows"` // the first holds always
}

// LimitsRow are the limits from a day on, each by its name in LimitsChange; Usual: nobody set them.
type LimitsRow struct {
	ValidFrom string       `json:"valid_from"` // 2006-01-02, "" = always
	Limits    LimitsChange `json:"limits"`
	Usual     bool         `json:"usual"`
}

// Limits returns the limits of an account.
func (a *Accounts) Limits(ctx context.Context, appID string) (LimitsList, error) {
	list, soonest, err := a.settings(ctx, appID, models.SettingLimits)
	out := LimitsList{Soonest: soonest, Rows: []LimitsRow{}}
	if err != nil {
		return out, err
	}
	for _, v := range list {
		limits := indices.DefaultLimits()
		if v.Value != "" {
			if limits, err = indices.ParseLimits(v.Value); err != nil {
				return out, err
			}
		}
		out.Rows = append(out.Rows, LimitsRow{ValidFrom: v.ValidFrom, Limits: allOf(&limits), Usual: v.Value == ""})
	}
	return out, nil
}

// allOf says all that can be set of limits.
func allOf(l *indices.Limits) LimitsChange {
	return LimitsChange{
		First: &l.Chat[0], Acceptance: &l.Chat[1], SameDay: &l.Chat[2], Last: &l.Chat[3], BotSilence: &l.BotSilence, AtRisk: &l.AtRisk, Case: l.Case,
		FirstWord: &l.FirstWord, MajorFirstWord: &l.MajorFirstWord,
		GapNotice: &l.GapNotice, GapAmber: &l.GapAmber, GapVeto: &l.GapVeto, TestAnswer: &l.TestAnswer,
	}
}
