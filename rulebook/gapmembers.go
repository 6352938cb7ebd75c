package rulebook

import (
	"context"
	"database/sql"
	"slices"
	"time"

	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/store"
)

// GapMember is a question of a gap.
type GapMember struct {
	Text    string    `json:"text"` // masked
	At      time.Time `json:"at"`
	Citizen string    `json:"citizen"` // a pseudonym
	Rule    string    `json:"rule"`    // what was answered then, "" = the default answer or nothing
}

// GapMembers is a page of them, the newest first. Next is the After of the next page, 0 on the last.
type GapMembers struct {
	Members []GapMember `json:"members"`
	Total   int         `json:"total"`
	Next    int         `json:"next"`
}

// GapMembersRequest asks for the questions of a gap behind the first After.
type GapMembersRequest struct {
	GapsRequest
	Key          string
	After, Limit int
}

// GapMembers reads the questions of a gap.
func (b *Book) GapMembers(ctx context.Context, q GapMembersRequest) (GapMembers, error) {
	g, err := b.gap(ctx, q.GapsRequest, q.Key)
	if err != nil {
		return GapMembers{}, err
	}
	keys := slices.Clone(g.members)
	slices.Reverse(keys)
	out := GapMembers{Total: len(keys), Members: []GapMember{}}
	keys = keys[min(q.After, len(keys)):]
	if len(keys) > q.Limit {
		keys, out.Next = keys[:q.Limit], q.After+q.Limit
	}
	err = b.store.Read(ctx, store.Console, func(t *store.Tx) error {
		return t.QueryIn(ctx, func(rows *sql.Rows) error {
			var m GapMember
			var at int64
			var matched bool
			if err := rows.Scan(&m.Text, &at, &m.Citizen, &m.Rule, &matched); err != nil {
				return err
			}
			m.At = time.UnixMicro(at)
			if !matched {
				m.Rule = ""
			}
			out.Members = append(out.Members, m)
			return nil
		}, keys, "SELECT content, at, uid, rule_name, matched FROM interactions WHERE app_id = ? AND event_key IN (?)", q.Account.AppID)
	})
	slices.SortStableFunc(out.Members, func(x, y GapMember) int { return y.At.Compare(x.At) })
	return out, models.Wrap("rulebook: questions of a gap", err)
}
