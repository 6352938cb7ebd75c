package accounts

import (
	"fmt"
	"strings"

	"github.com/wenzheng/wenzheng/models"
)

// ProgressText says to people how far an account has come, a step a line.
func ProgressText(p *models.Progress) string {
	var b strings.Builder
	if p.Account == nil {
		b.WriteString("还没有账号\n")
	} else {
		fmt.Fprintf(&b, "%s（%s）\n", p.Account.Name, p.Account.AppID)
	}
	title := map[models.StepName]string{
		models.StepAccount: "填写账号", models.StepCheck: "体检", models.StepImport: "有了规则", models.StepTry: "试过一句话",
		models.StepPublish: "第二人审核并发布", models.StepLive: "第一位市民来信",
	}
	role := map[string]string{sysAdmin: "系统管理员", contentAdmin: "内容管理员"}
	for i, s := range p.Steps {
		mark := "未完成"
		if s.Done {
			mark = "完成"
		}
		fmt.Fprintf(&b, "[%s] %d %s", mark, i+1, title[s.Name])
		if !s.Done && s.Role != "" {
			fmt.Fprintf(&b, "，由%s（%s）", role[s.Role], nobodyOr(s.People))
		}
		b.WriteByte('\n')
		for _, line := range s.Lines {
			fmt.Fprintf(&b, "    %s", line.Found)
			if line.Fix != "" {
				b.WriteString("：" + line.Fix)
			}
			b.WriteByte('\n')
		}
	}
	return b.String()
}

func nobodyOr(people []string) string {
	if len(people) == 0 {
		return "还没有人"
	}
	return strings.Join(people, "、")
}
