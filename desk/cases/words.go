package cases

import (
	"cmp"
	"fmt"
	"strings"
	"time"

	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/wechat"
)

// StateTitle is a state in Chinese, "" of what is none.
func StateTitle(s State) string {
	return map[State]string{
		Submitted: "待受理", Accepted: "已受理", Handling: "办理中", Review: "待审核", Closed: "已办结", Rejected: "不予受理", Withdrawn: "已撤回",
	}[s]
}

// StepTitle is a step in Chinese, "" of what is none.
func StepTitle(s Step) string {
	return map[Step]string{
		Accept: "受理", Reject: "不予受理", Assign: "交办", Return: "退回", Ask: "请市民补充", Extend: "申请延期", Draft: "写答复草稿", Submit: "送审",
		Approve: "审核通过", Refuse: "审核退回", Reopen: "重新办理", Urge: "催办",
	}[s]
}

// eventTitle is what happened in Chinese.
func eventTitle(kind string) string {
	return cmp.Or(map[string]string{
		"submitted": "提交", "accepted": "受理", "rejected_proposed": "提出不予受理", "rejected": "不予受理", "assigned": "交办", "returned": "退回",
		"asked": "请市民补充", "extension_asked": "申请延期", "extended": "延期", "extension_refused": "不同意延期", "reply_submitted": "答复送审",
		"closed": "办结", "refused": "审核退回", "reopened": "重新办理", "urged": "催办", "changed": "更正", "rated": "市民评价", "withdrawn": "撤回",
		"reminded": "提醒", "imported": "导入",
	}[kind], kind)
}

// Rows are cases as a table for people, the head first.
func Rows(list []Case) [][]string {
	rows := [][]string{{"编号", "状态", "类别", "承办单位", "经办", "期限", "标题"}}
	for i := range list {
		c := &list[i]
		rows = append(rows, []string{
			c.Shown, StateTitle(c.State), c.Kind.Title(), cmp.Or(c.Unit, "—"), cmp.Or(c.Handler, "—"), dueWords(c), models.OneLine(c.Title, 40),
		})
	}
	return rows
}

// ImportText is what an import did, or would do, for people.
func ImportText(r *ImportResult) string {
	var b strings.Builder
	does := map[string]string{ImportAdded: "新增", ImportChanged: "更新", ImportKept: "不动", ImportOpen: "不导入"}
	for i := range r.Changes {
		c := &r.Changes[i]
		fmt.Fprintf(&b, "%s %s %s\n", does[c.Kind], c.Number, c.Title)
		for _, f := range c.Fields {
			fmt.Fprintf(&b, "    %s：%s → %s\n", f.Title, cmp.Or(models.OneLine(f.Before, 60), "空"), cmp.Or(models.OneLine(f.After, 60), "空"))
		}
	}
	if listed := r.Added + r.Changed + r.Kept + r.Open; listed > len(r.Changes) {
		fmt.Fprintf(&b, "…… 共 %d 个，只列前 %d 个\n", listed, len(r.Changes))
	}
	fmt.Fprintf(&b, "%s %d 个，更新 %d 个，没有变化 %d 个", map[bool]string{true: "将新增", false: "已新增"}[r.DryRun], r.Added, r.Changed, r.Same)
	if r.Kept > 0 {
		fmt.Fprintf(&b, "；%d 个的时间或内容与已导入的不同，保持原样", r.Kept)
	}
	if r.Open > 0 {
		fmt.Fprintf(&b, "；%d 个没有办结或已撤回，没有导入", r.Open)
	}
	return b.String() + "\n"
}

// dueWords are how much time is left.
func dueWords(c *Case) string {
	if c.Due.IsZero() {
		return "—"
	}
	text := map[bool]string{true: "今天已超期", false: "今天到期"}[c.Overdue]
	switch {
	case c.LeftWD < 0:
		text = fmt.Sprintf("已超 %d 个工作日", -c.LeftWD)
	case c.LeftWD > 0:
		text = fmt.Sprintf("还有 %d 个工作日", c.LeftWD)
	}
	return c.Due.Format("01-02 15:04") + "，" + text
}

// Text is a case for people, with all that happened.
func Text(d *Detail) string {
	var b strings.Builder
	line := func(title, text string) {
		if text != "" {
			fmt.Fprintf(&b, "%s：%s\n", title, text)
		}
	}
	line("编号", d.Shown)
	line("状态", StateTitle(d.State))
	line("类别", d.Kind.Title()+map[bool]string{true: "，复杂"}[d.Complex])
	line("期限", dueWords(&d.Case))
	line("主题", d.Topic)
	line("承办单位", d.Unit)
	line("经办", d.Handler)
	line("地点", d.Place)
	line("精确位置", exactWords(d.ExactPlace))
	line("照片", photoWords(d.PhotoStates))
	line("电话", d.Phone)
	line("内容", d.Text)
	b.WriteString("经过：\n")
	for i := range d.Events {
		e := &d.Events[i]
		fmt.Fprintf(&b, "  %s %s %s %s %s\n", e.At.Format("2006-01-02 15:04"), eventTitle(e.Kind), cmp.Or(e.By, "—"), e.Unit, models.OneLine(e.Text, 200))
	}
	return b.String()
}

// photoWords tells how many photos there are, and of each until when it can be seen; "" of none.
func photoWords(list []Photo) string {
	if len(list) == 0 {
		return ""
	}
	words, alike := make([]string, len(list)), true
	for i := range list {
		words[i] = list[i].words()
		alike = alike && words[i] == words[0]
	}
	if alike {
		return fmt.Sprintf("%d 张，%s", len(list), words[0])
	}
	text := fmt.Sprintf("%d 张", len(list))
	for i, w := range words {
		text += fmt.Sprintf("；第 %d 张%s", list[i].N, w)
	}
	return text
}

// words are where a photo is.
func (p *Photo) words() string {
	until := p.Until.In(models.Shanghai())
	switch p.State {
	case PhotoWeChat:
		return "3 天内可看，到 " + until.Format("2006-01-02 15:04")
	case PhotoDue:
		return "正在从微信取来保存，用于" + p.Purpose
	case PhotoKept:
		return "保存到 " + until.Format(time.DateOnly) + "，用于" + p.Purpose
	case PhotoDeleted:
		return "保存到 " + until.Format(time.DateOnly) + "，已按期删除"
	case PhotoGone:
		return "没有保存：微信已经没有了"
	case PhotoLarge:
		return fmt.Sprintf("没有保存：超过 %d MiB", wechat.MaxMedia>>20)
	case PhotoKind:
		return "没有保存：微信给的不是图片"
	case PhotoMissed:
		return "没有保存：三天里从微信取不到"
	case PhotoOver:
	}
	return "已过 3 天，微信不再保存"
}

// exactWords tell until when the exact place is kept, "" of none.
func exactWords(p *ExactPlace) string {
	if p == nil {
		return ""
	}
	return "保存到 " + p.Until.In(models.Shanghai()).Format(time.DateOnly) + "，用于" + p.Purpose + "；在控制台写明理由可看"
}
