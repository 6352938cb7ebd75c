package analytics

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/wenzheng/wenzheng/indices"
	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/store"
)

// conversationRows is how many rows of a conversation are shown at one time.
const conversationRows = 50

// ConversationQuery asks for the rows around one wait. Citizen is a pseudonym or what people see of
// one; Around is the msg_key of the message that opened the wait. Without it, the whole pseudonym
// finds the latest rows.
type ConversationQuery struct {
	Account, Citizen, Around string
}

// Conversation is some rows of one citizen and account, in order of time, to be read only: words are
// masked, nobody's OpenID is in it.
type Conversation struct {
	AsOf    time.Time         `json:"as_of"`
	Account string            `json:"account"`
	Citizen string            `json:"citizen"`
	Channel models.Channel    `json:"channel"`
	Wait    *WaitRow          `json:"wait"` // that was asked for
	Rows    []ConversationRow `json:"rows"`
	Earlier bool              `json:"earlier"` // there are rows before
	Later   bool              `json:"later"`   // and after
}

// ConversationRow is one row of the log.
type ConversationRow struct {
	ID      int64                `json:"id,string"`
	MsgKey  string               `json:"msg_key"`
	At      time.Time            `json:"at"`
	Dir     models.Dir           `json:"dir"`
	Actor   models.Actor         `json:"actor"`
	Kind    string               `json:"kind"`
	Content string               `json:"content"`
	Rule    string               `json:"rule"`    // of a bot's answer, "" = none
	Matched bool                 `json:"matched"` // a bot's answer that is one
	Staff   string               `json:"staff"`
	OK      bool                 `json:"ok"` // delivered as far as the platform says
	ErrCode int                  `json:"err_code"`
	Outcome models.AnswerOutcome `json:"outcome"` // of a message: what became of it
	// Opens is the state of the wait that the row opened, null where it opened none.
	Opens *models.WaitState `json:"opens"`
}

// Conversation reads the rows around a wait.
func (m *Analytics) Conversation(ctx context.Context, q ConversationQuery) (Conversation, error) {
	accounts, err := m.accounts(ctx, []string{q.Account})
	if err != nil {
		return Conversation{}, err
	}
	now := m.now()
	out := Conversation{AsOf: now.In(indices.Shanghai()), Account: q.Account, Channel: models.ChannelChat, Rows: []ConversationRow{}}
	filter := store.Filter{AppIDs: []string{q.Account}, UID: q.Citizen, NoProbes: true}
	around := models.Interaction{At: now.Add(time.Second)}
	if q.Around != "" {
		row, err := m.rowNamed(ctx, q)
		if err != nil {
			return Conversation{}, err
		}
		around, filter.UID, filter.Channel, out.Channel = row, row.UID, row.Channel, row.Channel
	}
	out.Citizen = models.ShortCitizen(filter.UID)
	list, err := m.rowsAround(ctx, filter, &around, &out)
	if err != nil {
		return Conversation{}, err
	}
	if len(list) == 0 {
		return Conversation{}, models.NewError(models.CodeNotFound, "没有这位市民的记录")
	}
	for i := range list {
		r := &list[i]
		row := ConversationRow{
			ID: r.ID, MsgKey: r.MsgKey, At: r.At.In(indices.Shanghai()), Dir: r.Dir, Actor: r.Actor, Kind: r.Kind, Content: r.Content, Rule: r.RuleName,
			Matched: r.Matched, Staff: r.Staff, OK: r.OK, ErrCode: r.ErrCode, Outcome: r.Outcome,
		}
		if r.Wait != nil {
			row.Opens = new(indices.StateAt(r.Wait, now.Unix()).State)
		}
		out.Rows = append(out.Rows, row)
		if r.Wait == nil || r.MsgKey != q.Around {
			continue
		}
		waits, err := m.waitRows(ctx, accounts, []models.Wait{*r.Wait}, now)
		if err != nil {
			return Conversation{}, err
		}
		out.Wait = &waits[0]
	}
	return out, nil
}

// rowNamed is the row that the query is about; one of another citizen is not found.
func (m *Analytics) rowNamed(ctx context.Context, q ConversationQuery) (models.Interaction, error) {
	var row models.Interaction
	err := m.store.Read(ctx, store.Console, func(t *store.Tx) error {
		found, err := t.RowsByKey(ctx, []string{q.Around})
		if r := found[store.RowKey{AppID: q.Account, MsgKey: q.Around}]; r != nil {
			row = r.Interaction
		}
		return err
	})
	if err == nil && (row.UID == "" || len(q.Citizen) < models.CitizenShown || !strings.HasPrefix(row.UID, q.Citizen)) {
		err = models.NewError(models.CodeNotFound, "没有这轮诉求；它可能已被清理")
	}
	return row, err
}

// rowsAround reads half of the rows before a row and half from it on.
func (m *Analytics) rowsAround(ctx context.Context, filter store.Filter, around *models.Interaction, out *Conversation) ([]models.Interaction, error) {
	const half = conversationRows / 2
	var before, after []models.Interaction
	into := func(list *[]models.Interaction) func(models.Interaction) error {
		return func(r models.Interaction) error {
			if around.Thread == "" || r.Thread == around.Thread {
				*list = append(*list, r)
			}
			return nil
		}
	}
	earlier, later := filter, filter
	earlier.To, earlier.Newest, earlier.Limit = around.At, true, half+1
	if around.MsgKey == "" {
		earlier.Limit = conversationRows + 1
	}
	if err := m.waits.InteractionsWithWaits(ctx, earlier, into(&before)); err != nil {
		return nil, err
	}
	out.Earlier = len(before) == earlier.Limit
	before = before[:min(len(before), earlier.Limit-1)]
	slices.Reverse(before)
	if around.MsgKey == "" {
		return before, nil
	}
	later.From, later.Limit = around.At, half+1
	if err := m.waits.InteractionsWithWaits(ctx, later, into(&after)); err != nil {
		return nil, err
	}
	out.Later = len(after) == later.Limit
	return append(before, after[:min(len(after), half)]...), nil
}

// AgoText says how long ago something was, in words.
func AgoText(d time.Duration) string {
	switch n := func(unit time.Duration) string { return strconv.FormatInt(int64(d/unit), 10) }; {
	case d < time.Minute:
		return n(time.Second) + " 秒前"
	case d < time.Hour:
		return n(time.Minute) + " 分钟前"
	case d < 48*time.Hour:
		return n(time.Hour) + " 小时前"
	default:
		return n(24*time.Hour) + " 天前"
	}
}
