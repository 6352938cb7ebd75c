package accounts

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/wenzheng/wenzheng/models"
)

// MaterialRequest asks for a part of the permanent material of an account.
type MaterialRequest struct {
	Account models.Account
	Kind    models.ReplyKind // one of models.MaterialKinds
	Offset  int              // 0, or Next of the part before
}

// Materials asks WeChat for permanent material, for a reply to name.
func (a *Accounts) Materials(ctx context.Context, q MaterialRequest) (models.MaterialPage, error) {
	if err := q.validate(); err != nil {
		return models.MaterialPage{}, err
	}
	client := a.Client(ctx, q.Account)
	defer client.CloseIdle()
	page, err := client.Materials(ctx, q.Kind, q.Offset)
	if err != nil {
		return models.MaterialPage{}, a.refusal("读取公众平台的素材失败", q.Account, err)
	}
	return page, nil
}

// MaxMaterialOffset is where the material of an account ends at the latest: WeChat keeps up to 100,000
// pictures and as many articles.
const MaxMaterialOffset = 1_000_000

func (q *MaterialRequest) validate() error {
	var faults []models.FieldError
	if !slices.Contains(models.MaterialKinds(), q.Kind) {
		faults = append(faults, models.FieldError{Field: "kind", Message: "应为 image、news、voice、video 之一"})
	}
	if q.Offset < 0 || q.Offset > MaxMaterialOffset {
		faults = append(faults, models.FieldError{Field: "offset", Message: fmt.Sprintf("应为 0 至 %d 的整数", MaxMaterialOffset)})
	}
	if len(faults) > 0 {
		return &models.Error{Code: models.CodeInvalid, Message: "素材的请求有误", Fields: faults}
	}
	return nil
}

// MaterialRows are a part of the material for people.
func MaterialRows(page *models.MaterialPage) [][]string {
	if page.Total == 0 {
		return [][]string{{"公众号里没有这一类素材"}}
	}
	var rows [][]string
	for _, m := range page.Materials {
		name, at := m.Name, "—"
		if len(m.Articles) > 0 {
			titles := make([]string, len(m.Articles))
			for i := range m.Articles {
				titles[i] = m.Articles[i].Title
			}
			name = strings.Join(titles, "、")
		}
		if m.UpdatedAt != nil {
			at = m.UpdatedAt.In(models.Shanghai()).Format(time.DateTime)
		}
		rows = append(rows, []string{m.MediaID, at, name})
	}
	if page.Next != nil {
		rows = append(rows, []string{fmt.Sprintf("共 %d 个，往下看写 --offset %d", page.Total, *page.Next)})
	}
	return rows
}
