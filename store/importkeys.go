package store

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"github.com/wenzheng/wenzheng/models"
)

// ForeignKeys finds rows of an import whose key stands for another row of the log: of
// another citizen, moment, direction or text. It returns by their index what is wrong, for
// people; an import would take such rows for being there already. At most 500 rows.
func (s *Store) ForeignKeys(ctx context.Context, rows []models.Interaction) (map[int]string, error) {
	there, err := s.rowsOfKeys(ctx, rows)
	if err != nil {
		return nil, fmt.Errorf("store: keys of an import: %w", err)
	}
	problems := map[int]string{}
	for n := range rows {
		i := &rows[n]
		old, ok := there[RowKey{i.AppID, NormalKey(i.AppID, i.MsgKey)}]
		if !ok || s.sameRow(i, &old) {
			continue
		}
		switch {
		case old.Actor == models.ActorCitizen && i.Actor != models.ActorCitizen:
			problems[n] = "是日志里一条市民来信的：答复要有自己的 msg_key（或留空），市民那一行的 msg_key 请写在 reply_to"
		default:
			problems[n] = fmt.Sprintf("在日志里已是另一条记录（%s）：每条记录的 msg_key 须不同，没有可以留空；"+
				"若是 Excel 把长数字的后几位改成了 0，请把这一列设为“文本”格式后重新填写", old.At.In(models.Shanghai()).Format(time.DateTime))
		}
	}
	return problems, nil
}

// rowsOfKeys reads what tells rows of the log apart, by their keys.
func (s *Store) rowsOfKeys(ctx context.Context, rows []models.Interaction) (map[RowKey]models.Interaction, error) {
	keys := make([]string, len(rows))
	for n := range rows {
		keys[n] = NormalKey(rows[n].AppID, rows[n].MsgKey)
	}
	there := map[RowKey]models.Interaction{}
	t := s.on(s.reader)
	err := t.QueryIn(ctx, func(rows *sql.Rows) error {
		var i models.Interaction
		var at int64
		err := rows.Scan(&i.AppID, &i.MsgKey, &i.UID, &i.Channel, &i.Dir, &i.Actor, &i.Content, &at)
		i.At = FromMicros(at)
		there[RowKey{i.AppID, i.MsgKey}] = i
		return err
	}, keys, "SELECT app_id, event_key, uid, channel, dir, actor, content, at FROM interactions WHERE event_key IN (?)")
	return there, err
}

// sameRow reports whether a row of an import is the row of the log. An export names citizens
// by their pseudonym, and texts are masked in it.
func (s *Store) sameRow(i, old *models.Interaction) bool {
	var c cutter
	return (s.uid(i) == old.UID || i.OpenID == old.UID) && Micros(i.At) == Micros(old.At) &&
		i.Channel == old.Channel && i.Dir == old.Dir && i.Actor == old.Actor && c.content(i) == old.Content
}
