package store

import (
	"context"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/wenzheng/wenzheng/models"
)

func TestRights(t *testing.T) {
	everywhere(t, func(t *testing.T, s *Store) {
		ctx := context.Background()
		hour := func(n int) time.Time { return testTime.UTC().Add(time.Duration(n) * time.Hour) }
		right := func(name string, state models.RightState, code int64, n int) models.Right {
			return models.Right{Name: name, State: state, ErrCode: code, CheckedAt: hour(n)}
		}
		gone := func(n int) models.Right { // taken away in the third hour
			r := right("menu", models.RightNo, 48001, n)
			r.LostAt = hour(3).In(models.Shanghai())
			return r
		}
		steps := []struct {
			name  string
			found models.Right
			lost  []string
			want  models.Right
		}{
			{"first, nothing told", right("menu", models.RightUnknown, -1, 0), nil, right("menu", models.RightUnknown, -1, 0)},
			{"there", right("menu", models.RightYes, 46003, 1), nil, right("menu", models.RightYes, 46003, 1)},
			{"a timeout tells nothing", right("menu", models.RightUnknown, 0, 2), nil, right("menu", models.RightYes, 46003, 1)},
			{"gone", right("menu", models.RightNo, 48001, 3), []string{"menu"}, gone(3)},
			{"still gone", right("menu", models.RightNo, 48001, 4), nil, gone(4)},
			{"an earlier finding comes late", right("menu", models.RightYes, 0, 3), nil, gone(4)},
			{"back", right("menu", models.RightYes, 0, 5), nil, right("menu", models.RightYes, 0, 5)},
		}
		for _, step := range steps {
			lost, err := s.SaveRights(ctx, appA, []models.Right{step.found})
			if err != nil || !cmp.Equal(lost, step.lost) {
				t.Errorf("%s: lost %v, error %v", step.name, lost, err)
			}
			all, err := s.Rights(ctx)
			if d := cmp.Diff(map[string][]models.Right{appA: {step.want}}, all); d != "" || err != nil {
				t.Errorf("%s: %v\n%s", step.name, err, d)
			}
		}
		if _, err := s.SaveRights(ctx, appB, []models.Right{right("users", models.RightNo, 48001, 0), right("menu", models.RightYes, 0, 0)}); err != nil {
			t.Fatal(err)
		}
		all, err := s.Rights(ctx)
		if err != nil || len(all) != 2 || len(all[appB]) != 2 || all[appB][0].Name != "menu" {
			t.Errorf("%v, %v", all, err)
		}
	})
}
