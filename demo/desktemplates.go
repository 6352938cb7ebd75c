package demo

import (
	"context"
	"time"

	"github.com/wenzheng/wenzheng/desk/templates"
	"github.com/wenzheng/wenzheng/models"
)

// Who writes the texts of the desk, and who approves them.
var (
	pastEditor   = models.Who{ID: "history", Name: "xiaochen", Role: "content_admin"}
	pastReviewer = models.Who{ID: "history", Name: "wangjie", Role: "content_admin"}
)

// writeTemplates writes what the desk says often; the last one waits for its review.
func (p *deskPast) writeTemplates(ctx context.Context) error {
	book := templates.New(p.store, func() time.Time { return p.at }, nil)
	all := templates.Which{Account: p.AppID, Edits: true}
	list := []struct{ name, text string }{
		{"请补材料", "{时段问候}，办理还缺[[材料名称]]，请拍照发来，收到后当天继续办理。"},
		{"请告诉地点", "{时段问候}，请告诉我们具体的地点和大致时间，我们转给辖区核实。"},
		{"已转办", "您反映的情况已转[[承办单位]]，办理期限为 5 个工作日，回复“查询”可看进度。"},
	}
	for i, one := range list {
		m, err := book.Save(ctx, pastEditor, templates.Save{Which: all, Name: one.name, Text: one.text})
		if err != nil {
			return err
		}
		if i == len(list)-1 {
			break
		}
		if _, err := book.Review(ctx, pastReviewer, templates.Which{Account: p.AppID, ID: m.ID, Version: m.Version, Edits: true}, true, ""); err != nil {
			return err
		}
	}
	return nil
}
