package outbox

import (
	"context"
	"database/sql"

	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/store"
)

// refuseSensitive refuses what a person wrote with a word that the account lets stand in nothing that goes
// out.
func refuseSensitive(ctx context.Context, t *store.Tx, r *Request) error {
	var set []models.Setting
	err := t.Query(ctx, func(rows *sql.Rows) error {
		v := models.Setting{Name: models.SettingWordsSensitive}
		err := rows.Scan(&v.Value)
		set = append(set, v)
		return err
	}, "SELECT value FROM account_settings WHERE app_id = ? AND name = ? AND valid_from = ''", r.AppID, models.SettingWordsSensitive)
	if err != nil {
		return err
	}
	return models.SensitiveOf(set).Refuse("text", r.Content.summary())
}
