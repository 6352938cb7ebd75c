package store

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/wenzheng/wenzheng/models"
)

func TestForeignKeys(t *testing.T) {
	everywhere(t, func(t *testing.T, s *Store) {
		ctx := context.Background()
		old := inbound(1)
		old.MsgKey, old.Content = "k1", "电话 13800005678，路灯坏了"
		if added, err := s.Import(ctx, []models.Interaction{old}, nil); added != 1 || err != nil {
			t.Fatal(added, err)
		}
		change := func(f func(*models.Interaction)) models.Interaction {
			i := old
			f(&i)
			return i
		}
		stored := logged(t, s, Filter{})[0]
		rows := []models.Interaction{
			old,
			change(func(i *models.Interaction) { i.OpenID, i.Content = stored.UID, stored.Content }), // as an export names it
			change(func(i *models.Interaction) { i.MsgKey = "k2"; i.OpenID = "oOther" }),
			change(func(i *models.Interaction) { i.AppID = appB; i.OpenID = "oOther" }),
			change(func(i *models.Interaction) { i.OpenID = "oOther" }),
			change(func(i *models.Interaction) { i.At = i.At.Add(time.Second) }),
			change(func(i *models.Interaction) { i.Content = "路灯好了" }),
			change(func(i *models.Interaction) { i.Dir, i.Actor = models.DirOut, models.ActorHuman }),
		}
		got, err := s.ForeignKeys(ctx, rows)
		if err != nil {
			t.Fatal(err)
		}
		for n := range rows {
			if (got[n] != "") != (n > 3) {
				t.Errorf("row %d: %q", n, got[n])
			}
		}
		if !strings.Contains(got[7], "reply_to") {
			t.Errorf("an answer with the question's key: %s", got[7])
		}
	})
}
