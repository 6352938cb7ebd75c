package analytics

import (
	"context"
	"strconv"
	"time"

	"github.com/wenzheng/wenzheng/indices"
	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/store"
	"github.com/wenzheng/wenzheng/waits"
)

// ServiceHealth is what the running service says of itself.
type ServiceHealth struct {
	Able        bool              // citizens are answered
	Reasons     []string          // what is not as it should be
	Backlog     int64             // messages on this machine's disk that are not in the database yet
	Oldest      time.Duration     // how long the oldest of them has waited
	Quarantined int64             // messages that the database refused, kept aside
	Refused     map[string]string // by AppID: why callbacks of the last ten minutes were refused
	Past        bool              // messages of the past are being written: the newest says nothing of today
}

// Overview is how the service and each account are, in words and numbers.
type Overview struct {
	AsOf     time.Time         `json:"as_of"`
	Service  ServiceState      `json:"service"`
	Accounts []AccountOverview `json:"accounts"`
}

// ServiceState is the health of the running service; State is that of its worst part.
type ServiceState struct {
	State      string     `json:"state"`
	Reasons    []string   `json:"reasons"`
	Backlog    HealthLine `json:"backlog"`
	Quarantine HealthLine `json:"quarantine"`
}

// HealthLine is one part in words: ok, notice, fail, or unknown where nothing can be said.
type HealthLine struct {
	State string     `json:"state"`
	Text  string     `json:"text"`
	N     *int64     `json:"n"`
	At    *time.Time `json:"at"` // of what the words are about
}

// The states of a line.
const (
	healthOK      = "ok"
	healthNotice  = "notice"
	healthFail    = "fail"
	healthUnknown = "unknown"
)

// AccountOverview is one account.
type AccountOverview struct {
	Account  string             `json:"account"`
	Name     string             `json:"name"`
	Kind     models.AccountKind `json:"kind"`
	Callback HealthLine         `json:"callback"`
	Token    HealthLine         `json:"token"`
	Rules    HealthLine         `json:"rules"`
	Open     indices.Backlog    `json:"open"` // now; expired and left are today's
	Today    TodayCounts        `json:"today"`
	Window   WindowDays         `json:"window"` // the last 30 final days
	// Rate is how the last limit was kept in them.
	Rate         indices.Rate `json:"rate"`
	Insufficient bool         `json:"insufficient"`
}

// TodayCounts are those of the day so far.
type TodayCounts struct {
	Inbound int64              `json:"inbound"`
	Active  int64              `json:"active_citizens"`
	Waits   indices.WaitCounts `json:"waits"`
}

// Overview tells how the accounts named are, or all; health is the service's, nil = it is not known.
func (m *Analytics) Overview(ctx context.Context, names []string, health *ServiceHealth) (Overview, error) {
	accounts, err := m.accounts(ctx, names)
	if err != nil {
		return Overview{}, err
	}
	calendar, err := m.calendar(ctx)
	if err != nil {
		return Overview{}, err
	}
	rules, err := m.store.RulesStates(ctx)
	if err != nil {
		return Overview{}, err
	}
	now := m.now()
	out := Overview{AsOf: now.In(indices.Shanghai()), Service: serviceState(health), Accounts: []AccountOverview{}}
	for _, a := range accounts {
		one, err := m.accountFigures(ctx, a, calendar, now)
		if err != nil {
			return Overview{}, err
		}
		if one.Callback, err = m.callbackLine(ctx, a.AppID, now); err != nil {
			return Overview{}, err
		}
		if health != nil {
			switch why, refused := health.Refused[a.AppID]; {
			case refused:
				one.Callback = HealthLine{State: healthFail, Text: why}
			case health.Past && one.Callback.State != healthOK:
				one.Callback = HealthLine{State: healthUnknown, Text: "正在写入过去的消息，写完再看"}
			}
		}
		if one.Token, err = m.tokenLine(ctx, a.AppID, now); err != nil {
			return Overview{}, err
		}
		version := rules[a.AppID].Version
		one.Rules = HealthLine{State: healthOK, Text: "版本 " + strconv.FormatInt(version, 10), N: &version}
		if version == 0 {
			one.Rules = HealthLine{State: healthNotice, Text: "还没有发布过规则，市民只得到默认回复", N: &version}
		}
		out.Accounts = append(out.Accounts, one)
	}
	return out, nil
}

func serviceState(h *ServiceHealth) ServiceState {
	if h == nil {
		none := HealthLine{State: healthUnknown, Text: "不知道"}
		return ServiceState{State: healthUnknown, Reasons: []string{}, Backlog: none, Quarantine: none}
	}
	s := ServiceState{
		State: healthOK, Reasons: append([]string{}, h.Reasons...),
		Backlog:    HealthLine{State: healthOK, Text: "无积压", N: &h.Backlog},
		Quarantine: HealthLine{State: healthOK, Text: "没有隔离的消息", N: &h.Quarantined},
	}
	if h.Oldest >= time.Minute {
		s.State, s.Backlog.State = healthNotice, healthNotice
		s.Backlog.Text = strconv.FormatInt(h.Backlog, 10) + " 条等待入库，最早的在 " + AgoText(h.Oldest)
	}
	if h.Quarantined > 0 {
		s.State, s.Quarantine.State = healthNotice, healthNotice
		s.Quarantine.Text = "隔离 " + strconv.FormatInt(h.Quarantined, 10) + " 条，请系统管理员运行 wenzheng log backlog"
	}
	if len(h.Reasons) > 0 {
		s.State = healthNotice
	}
	if !h.Able {
		s.State = healthFail
	}
	return s
}

// accountFigures are the numbers of an account, read in one transaction.
func (m *Analytics) accountFigures(ctx context.Context, a models.Account, calendar *indices.Calendar, now time.Time) (AccountOverview, error) {
	today := indices.StartOfDay(now)
	from, to := spanEnds(Span30, now)
	windows := []waits.Window{{AppID: a.AppID, From: today, To: today.AddDate(0, 0, 1), AsOf: now}, {AppID: a.AppID, From: from, To: to, AsOf: now}}
	read, err := m.waits.MeasuredNow(ctx, windows...)
	if err != nil {
		return AccountOverview{}, err
	}
	var reports [2]indices.AccountReport
	for i := range reports {
		in, err := m.inputsOf(a, windows[i], calendar, &read[i])
		if err != nil {
			return AccountOverview{}, err
		}
		reports[i] = indices.Compute(&in)
	}
	day, month := &reports[0], &reports[1]
	last := &month.Limits[models.ChatLimits-1]
	return AccountOverview{
		Account: a.AppID, Name: a.Name, Kind: a.Kind, Open: day.Backlog,
		Today:  TodayCounts{Inbound: day.Counts.Inbound, Active: day.Counts.ActiveCitizens, Waits: day.Counts.Waits},
		Window: daysOf(from, to, now), Rate: indices.NewRate(last.OnTime, last.Due), Insufficient: month.Insufficient,
	}, nil
}

// callbackLine says when the platform last delivered something.
func (m *Analytics) callbackLine(ctx context.Context, appID string, now time.Time) (HealthLine, error) {
	line := HealthLine{State: healthUnknown, Text: "还没有收到过消息，请核对公众号后台的服务器配置"}
	filter := store.Filter{AppIDs: []string{appID}, Dir: models.DirIn, Newest: true, Limit: 1}
	err := m.store.Interactions(ctx, filter, func(r models.Interaction) error {
		at := r.At.In(indices.Shanghai())
		line = HealthLine{State: healthOK, Text: "最近一条消息在 " + AgoText(max(0, now.Sub(at))), At: &at}
		if now.Sub(at) > quietFor {
			line.State = healthNotice
		}
		return nil
	})
	return line, err
}

// quietFor is how long an account may hear nothing before somebody should look.
const quietFor = 48 * time.Hour

// tokenLine says whether WeChat's API can be called at once.
func (m *Analytics) tokenLine(ctx context.Context, appID string, now time.Time) (HealthLine, error) {
	token, expires, err := m.store.Token(ctx, appID)
	switch {
	case err != nil:
		return HealthLine{}, err
	case token == "":
		return HealthLine{State: healthUnknown, Text: "还没有向微信取过凭证"}, nil
	case expires.After(now):
		return HealthLine{State: healthOK, Text: "有效", At: new(expires.In(indices.Shanghai()))}, nil
	}
	return HealthLine{State: healthNotice, Text: "已过期，下次调用微信接口时更换", At: new(expires.In(indices.Shanghai()))}, nil
}
