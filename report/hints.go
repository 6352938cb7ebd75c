package report

import (
	"cmp"
	"strings"
	"time"

	"github.com/wenzheng/wenzheng/indices"
)

// Hints say what would fill the gaps of a report, and from when on its accounts are ranked.
func Hints(r *indices.Report) []string {
	var list []string
	for _, h := range []struct {
		lacks func(a *indices.AccountReport) bool
		text  string
	}{
		{silent, "这段时间没有一条来信：请核对起止日期与账号；历史记录可用 wenzheng log import FILE.csv 导入"},
		{
			func(a *indices.AccountReport) bool { return !silent(a) && a.Insufficient },
			"到期的诉求不足 30 轮，比率仅供参考，不参与排名；把窗口放长些再看",
		},
		{
			func(a *indices.AccountReport) bool { return a.Followers == nil },
			"没有关注人数，互动指数无从计算：wenzheng followers import FILE.csv",
		},
		{
			func(a *indices.AccountReport) bool { return a.Spread.WCI == nil },
			"没有文章统计，传播指数无从计算：wenzheng articles import FILE.csv",
		},
		{
			func(a *indices.AccountReport) bool { return !silent(a) && a.CSAT == nil },
			"满意度评价不足 10 份，不显示满意率：wenzheng ratings import FILE.csv",
		},
	} {
		if who, some := lacking(r, h.lacks); some {
			list = append(list, who+h.text)
		}
	}
	return append(list, provisionalHint(r)...)
}

func silent(a *indices.AccountReport) bool {
	return a.Counts.Inbound == 0 && a.Counts.Waits.Opened == 0
}

// lacking names the accounts a hint is for; a report of one needs no name.
func lacking(r *indices.Report, lacks func(a *indices.AccountReport) bool) (who string, some bool) {
	var names []string
	for i := range r.Accounts {
		if a := &r.Accounts[i]; lacks(a) {
			names = append(names, cmp.Or(a.Name, a.Account))
		}
	}
	switch {
	case len(names) == 0 || len(r.Accounts) == 1:
		return "", len(names) > 0
	case len(names) == len(r.Accounts):
		return "各账号：", true
	default:
		return strings.Join(names, "、") + "：", true
	}
}

// provisionalHint names the last day a window may end on so that nothing of it is 暂定.
func provisionalHint(r *indices.Report) []string {
	if !r.Provisional {
		return nil
	}
	last := indices.FinalEnd(r.AsOf).AddDate(0, 0, -1)
	if last.Before(r.From) {
		return []string{"“暂定”：窗口结束满 48 小时后才定稿"}
	}
	rank := ""
	if len(r.Accounts) > 1 {
		rank = "，也才排名"
	}
	return []string{"“暂定”：窗口结束满 48 小时后才定稿" + rank + "；要看定稿的数，截止日期写 --to " + last.Format(time.DateOnly)}
}
