package waits

import (
	"context"
	"testing"
	"time"

	"github.com/wenzheng/wenzheng/models"
)

// TestUpgradeKeepsOfficeHoursAndRuledDays: what older tables held holds from always on, and by hand.
func TestUpgradeKeepsOfficeHoursAndRuledDays(t *testing.T) {
	for _, d := range dialects() {
		t.Run(d, func(t *testing.T) {
			ctx := context.Background()
			s := open(t, options(t, fresh(t, d), time.Now))
			downTo(t, s, 6)
			none := []byte{}
			err := execute(s, "INSERT INTO accounts (app_id, name, kind, mode, token, previous_token, aes_key, previous_aes_key, secret, office_hours, "+
				"created_at, updated_at) VALUES (?, 'a', 'service', 'plain', ?, ?, ?, ?, ?, '08:30-17:00', 1, 1)", appA, none, none, none, none, none)
			if err == nil {
				err = execute(s, "INSERT INTO calendar_days (day, name, work) VALUES ('2027-03-15', 'x', 0)")
			}
			if err != nil {
				t.Fatal(err)
			}
			if err := s.Migrate(ctx); err != nil {
				t.Fatal(err)
			}
			a, err := s.Account(ctx, appA)
			want := models.Setting{Name: models.SettingOfficeHours, Value: "08:30-17:00"}
			if err != nil || len(a.Settings) != 1 || a.Settings[0] != want {
				t.Errorf("settings %+v, error %v", a.Settings, err)
			}
			if days, err := s.CalendarDays(ctx); err != nil || len(days) != 1 || days[0] != (models.CalendarDay{Day: "2027-03-15", Name: "x"}) {
				t.Errorf("days %+v, error %v", days, err)
			}
		})
	}
}
