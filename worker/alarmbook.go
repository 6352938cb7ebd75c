package worker

import (
	"crypto/rand"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/wenzheng/wenzheng/accounts"
	"github.com/wenzheng/wenzheng/models"
)

// alarmPolicy says when an alarm opens and closes. As in Alertmanager, what comes and goes within
// hold is not told, what is gone for less than linger still stands, what stands is told again after
// a while, and what grows after a shorter one.
type alarmPolicy struct {
	hold, linger time.Duration
	grow         time.Duration // 0 = growing is no news
	repeat       time.Duration // at least, whatever the account chose
	quiet        bool          // that it is over is no news
}

func policyOf(n models.AlarmName) alarmPolicy {
	return map[models.AlarmName]alarmPolicy{
		models.AlarmAtRisk:     {linger: 15 * time.Second, grow: 10 * time.Minute},
		models.AlarmToken:      {hold: 2 * time.Minute},
		models.AlarmQuarantine: {grow: 30 * time.Minute},
		models.AlarmBacklog:    {linger: 30 * time.Second},
		models.AlarmRights:     {grow: time.Minute, repeat: 24 * time.Hour},
		models.AlarmCalendar:   {repeat: 24 * time.Hour},
		models.AlarmCases:      {repeat: 24 * time.Hour, quiet: true},
		// Told once, and again when more wait: a repetition might come out of office hours.
		models.AlarmUnassigned: {grow: 10 * time.Minute, repeat: 365 * 24 * time.Hour},
	}[n]
}

const (
	// giveUpAfter is how long it is tried to tell that an alarm is over.
	giveUpAfter = 24 * time.Hour
	// seenEvery is how often it is written down that an alarm still stands.
	seenEvery = time.Minute
)

// finding is how something is now. What could not be found out is no finding: then nothing changes.
type finding struct {
	appID  string
	name   models.AlarmName
	stands bool
	count  int64
	weight int64
	text   string
}

type alarmKey struct {
	appID string
	name  models.AlarmName
}

// alarmBook are the alarms of one source and what was told of them.
type alarmBook struct {
	source  string
	alarms  map[alarmKey]*models.Alarm
	written map[alarmKey]writtenAlarm
	dropped []models.AlarmSend
	unsaved []models.AlarmSend // sent, and not written down
	stale   bool               // another instance may have changed it
}

// writtenAlarm is an alarm as it was last written down.
type writtenAlarm struct {
	alarm *models.Alarm
	state string
}

func newAlarmBook(source string) alarmBook {
	return alarmBook{source: source, alarms: map[alarmKey]*models.Alarm{}, written: map[alarmKey]writtenAlarm{}}
}

// take replaces what the book holds.
func (b *alarmBook) take(list []models.Alarm) {
	clear(b.alarms)
	clear(b.written)
	for i := range list {
		m := &list[i]
		if m.Told == nil {
			m.Told = map[string]*models.AlarmTold{}
		}
		key := alarmKey{m.AppID, m.Name}
		b.alarms[key], b.written[key] = m, writtenAlarm{m, stateOf(m)}
	}
}

func (b *alarmBook) list() []*models.Alarm { return slices.Collect(maps.Values(b.alarms)) }

// stateOf is what makes it worth writing an alarm down.
func stateOf(m *models.Alarm) string {
	still := *m
	still.SeenAt = m.SeenAt.Truncate(seenEvery)
	return models.JSON(still)
}

// apply moves the alarms on by what was found. Those that nobody wants to hear of any more are
// forgotten.
func (b *alarmBook) apply(found []finding, targets []accounts.AlarmTarget, now time.Time) {
	for i := range found {
		b.applyOne(&found[i], now)
	}
	maps.DeleteFunc(b.alarms, func(k alarmKey, m *models.Alarm) bool {
		return !slices.ContainsFunc(targets, func(t accounts.AlarmTarget) bool {
			return hears(&t, k.appID) && (t.Choice.Wants(k.name) || m.Told[t.ID] != nil)
		})
	})
}

func (b *alarmBook) applyOne(f *finding, now time.Time) {
	key, policy := alarmKey{f.appID, f.name}, policyOf(f.name)
	m := b.alarms[key]
	switch {
	case !f.stands && m == nil:
	case !f.stands && m.Episode == "":
		delete(b.alarms, key)
	case !f.stands:
		if m.ClosedAt.IsZero() && now.Sub(m.SeenAt) >= policy.linger {
			m.ClosedAt = now
		}
	default:
		if m == nil {
			m = &models.Alarm{AppID: f.appID, Name: f.name, Source: b.source, Since: now, Told: map[string]*models.AlarmTold{}}
			b.alarms[key] = m
		}
		m.SeenAt, m.ClosedAt, m.Count, m.Weight, m.Text = now, time.Time{}, f.count, f.weight, f.text
		if m.Episode == "" && now.Sub(m.Since) >= policy.hold {
			m.Episode = strings.ToLower(rand.Text()[:16])
		}
	}
}

// hears reports whether a channel is of the account, "" = of the service, which concerns all.
func hears(t *accounts.AlarmTarget, appID string) bool { return appID == "" || appID == t.AppID }
