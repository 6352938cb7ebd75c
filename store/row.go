package store

import (
	"database/sql"
	"sort"
	"strconv"
	"strings"
	"time"

	"github.com/wenzheng/wenzheng/models"
)

// NewRow is an interaction on its way into the database.
type NewRow struct {
	in  models.Interaction // the caller's, with the pseudonym
	id  int64
	key string
	to  string // normalised reply_to

	args []any // of interactionColumns

	deliveries []deliveryKey
	newOnes    int64 // deliveries this transaction stored
}

// ID is that of the row to be.
func (r *NewRow) ID() int64 { return r.id }

// In is the row as it was handed in, with the citizen's pseudonym.
func (r *NewRow) In() *models.Interaction { return &r.in }

// Key names the row; keys are normalised, see NormalKey.
func (r *NewRow) Key() RowKey { return RowKey{r.in.AppID, r.key} }

// ReplyTo names the row that it answers; false: it names none.
func (r *NewRow) ReplyTo() (key RowKey, ok bool) { return RowKey{r.in.AppID, r.to}, r.to != "" }

// Stand has the row stand in a thread.
func (r *NewRow) Stand(thread string) { r.args[argThread] = thread }

// CountAt has the row count at a Unix second, its own unless this is called.
func (r *NewRow) CountAt(sec int64) { r.args[argEffective] = sec }

// interactionColumns is the order of row.args and of scanInteraction.
const interactionColumns = "id, app_id, event_key, uid, thread, channel, dir, actor, kind, content, at, received_at, " +
	"stored_at, local_day, local_hour, local_minute, weekday, reply_to, matched, ok, err_code, topic, staff, " +
	"retry_count, probe, menu_click, parse_status, warnings, rule_id, rule_name, rules_version, outcome, latency_us, " +
	"corrected, truncated, effective_at, step, raw"

// Positions in row.args that are settled later than the others.
const (
	argThread     = 4
	argAt         = 10
	argReceivedAt = 11
	argTopic      = 21
	argRetryCount = 23
	argRule       = 28 // and what follows from answerArgs
	argOutcome    = 31
	argLatency    = 32
	argEffective  = 35
	argStep       = 36
	argColumns    = 38
)

// answerArgs are topic, rule_id, rule_name, rules_version, outcome, latency_us and corrected.
func answerArgs(i *models.Interaction) []any {
	var c cutter
	return []any{
		c.chars(i.Topic, nameChars), i.RuleID, c.chars(i.RuleName, nameChars), i.RulesVersion, c.ascii(string(i.Outcome), 16),
		i.Latency.Microseconds(), c.chars(i.Corrected, correctedChars),
	}
}

// maxKeyLength is the size of the key columns.
const maxKeyLength = 128

// NormalKey returns the form in which a key is stored: itself where it is printable
// ASCII without spaces, else a hash of it. Normalising twice changes nothing.
func NormalKey(appID, key string) string {
	if key == "" {
		return ""
	}
	if len(key) > maxKeyLength {
		return models.DerivedKey("long", appID, key)
	}
	for i := 0; i < len(key); i++ {
		if key[i] <= 0x20 || key[i] > 0x7E {
			return models.DerivedKey("long", appID, key)
		}
	}
	return key
}

// contentKey is the key of a row that came without one: the row itself.
func contentKey(i *models.Interaction) string {
	return models.DerivedKey("row", i.AppID, i.OpenID, i.UID, i.Thread, string(i.Channel), string(i.Dir), string(i.Actor),
		i.Kind, i.Content, strconv.FormatInt(Micros(i.At), 10))
}

// rows prepares a batch: keys normalised, ids given, text cleaned and masked, raw sealed,
// sorted by key so that two writers never lock in opposite orders.
func (s *Store) rows(batch []models.Interaction) ([]*NewRow, error) {
	now := s.opt.Now()
	out := make([]*NewRow, len(batch))
	for n := range batch {
		r := &NewRow{in: batch[n]}
		var c cutter
		r.in.AppID = c.ascii(r.in.AppID, appIDChars)
		if r.key = NormalKey(r.in.AppID, r.in.MsgKey); r.key == "" {
			r.key = contentKey(&r.in)
		}
		r.to = NormalKey(r.in.AppID, r.in.ReplyTo)
		r.in.UID = s.uid(&r.in)
		r.deliveries = deliveryKeys(r)
		if !r.in.Amend {
			if err := s.number(r, now); err != nil {
				return nil, err
			}
		}
		out[n] = r
	}
	sort.SliceStable(out, func(a, b int) bool {
		if out[a].key != out[b].key {
			return out[a].key < out[b].key
		}
		if out[a].in.AppID != out[b].in.AppID {
			return out[a].in.AppID < out[b].in.AppID
		}
		return !out[a].in.Amend && out[b].in.Amend
	})
	return out, nil
}

// uid is the citizen's pseudonym; rows that carry only a pseudonym (imports) keep it.
func (s *Store) uid(i *models.Interaction) string {
	if i.OpenID != "" {
		return s.opt.Sealer.UID(i.AppID, i.OpenID)
	}
	var c cutter
	return c.ascii(i.UID, shortChars)
}

// number gives the row its id and computes its columns; the sealed raw depends on the id.
func (s *Store) number(r *NewRow, now time.Time) error {
	r.id = s.ids.next()
	i := &r.in
	raw, err := s.seal("interactions", "raw", strconv.FormatInt(r.id, 10), i.Raw)
	if err != nil {
		return err
	}
	var c cutter
	local := localOf(i.At)
	r.args = append(make([]any, 0, argColumns), r.id, i.AppID, r.key, r.in.UID, c.chars(i.Thread, nameChars),
		c.ascii(string(i.Channel), 16), c.ascii(string(i.Dir), 8), c.ascii(string(i.Actor), 16),
		c.chars(i.Kind, shortChars), c.content(i), Micros(i.At), Micros(i.ReceivedAt), Micros(now),
		local.day, local.hour, local.minute, local.weekday, r.to, bit(i.Matched), bit(i.OK), int64(i.ErrCode),
		c.chars(i.Topic, nameChars), c.chars(i.Staff, nameChars), int64(i.RetryCount), bit(i.Probe), bit(i.MenuClick),
		c.ascii(string(i.ParseStatus), 32), c.warnings(i.Warnings), i.RuleID, c.chars(i.RuleName, nameChars),
		i.RulesVersion, c.ascii(string(i.Outcome), 16), i.Latency.Microseconds(), c.chars(i.Corrected, correctedChars))
	r.args = append(r.args, bit(c.cut), Micros(i.At)/1_000_000, bit(i.Step), raw)
	return nil
}

func bit(b bool) int64 {
	if b {
		return 1
	}
	return 0
}

// warningTruncated is added to a row of which something did not fit its column.
const warningTruncated = "store: truncated"

// interactionScanner reads rows of interactionColumns and whatever columns follow them. A log has
// millions of rows: the places they are read into are made once.
type interactionScanner struct {
	row                             models.Interaction
	at, received, stored, latency   int64
	effective                       int64
	day, hour, minute, weekday      int64
	matched, ok, probe, menu, short int64
	step                            int64
	warnings                        string
	raw                             []byte
	into                            []any
}

func newInteractionScanner(more ...any) *interactionScanner {
	s := &interactionScanner{}
	i := &s.row
	s.into = append([]any{
		&i.ID, &i.AppID, &i.MsgKey, &i.UID, &i.Thread, &i.Channel, &i.Dir, &i.Actor, &i.Kind, &i.Content,
		&s.at, &s.received, &s.stored, &s.day, &s.hour, &s.minute, &s.weekday, &i.ReplyTo, &s.matched, &s.ok, &i.ErrCode, &i.Topic,
		&i.Staff, &i.RetryCount, &s.probe, &s.menu, &i.ParseStatus, &s.warnings, &i.RuleID, &i.RuleName, &i.RulesVersion,
		&i.Outcome, &s.latency, &i.Corrected, &s.short, &s.effective, &s.step, &s.raw,
	}, more...)
	return s
}

// scan returns the row that rows stands at.
func (s *interactionScanner) scan(rows *sql.Rows) (models.Interaction, error) {
	if err := rows.Scan(s.into...); err != nil {
		return models.Interaction{}, err
	}
	i := s.row
	i.At, i.ReceivedAt = FromMicros(s.at), FromMicros(s.received)
	i.Latency = time.Duration(s.latency) * time.Microsecond
	i.Matched, i.OK, i.Probe, i.MenuClick, i.Step = s.matched == 1, s.ok == 1, s.probe == 1, s.menu == 1, s.step == 1
	i.Warnings = readWarnings(s.warnings)
	if s.short == 1 {
		i.Warnings = append(i.Warnings, warningTruncated)
	}
	return i, nil
}

// qualified prefixes every interaction column with a table's alias.
func qualified(alias string) string {
	return alias + "." + strings.ReplaceAll(interactionColumns, ", ", ", "+alias+".")
}
