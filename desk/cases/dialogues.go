package cases

import (
	"context"
	"database/sql"

	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/store"
)

// began counts the dialogue in which a citizen begins to tell a case. One whose submission came first, from
// another instance, is submitted.
func began(ctx context.Context, t *store.Tx, m *models.Interaction) error {
	submitted := int64(0)
	err := t.Query(ctx, func(rows *sql.Rows) error { return rows.Scan(&submitted) },
		"SELECT opened_at FROM cases WHERE app_id = ? AND source_key = ?", m.AppID, SourceChat+":"+m.Case.Dialogue)
	if err != nil {
		return err
	}
	return t.Upsert(ctx, "case_dialogues", "app_id, dialogue, uid, started_at, submitted_at", 5,
		[]any{m.AppID, m.Case.Dialogue, m.UID, store.Micros(m.At), submitted}, t.Dialect().OnConflict("app_id, dialogue"))
}

// completed counts a dialogue as submitted, once; one that began before they were counted is not counted.
func completed(ctx context.Context, t *store.Tx, m *models.Interaction) error {
	return t.Exec(ctx, "UPDATE case_dialogues SET submitted_at = ? WHERE app_id = ? AND dialogue = ? AND submitted_at = 0",
		store.Micros(m.Case.At), m.AppID, m.Case.Dialogue)
}
