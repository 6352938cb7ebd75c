package demo

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// Owns reports whether a variable of the environment (NAME=value) would lead a demo to the data of a
// real installation.
func Owns(variable string) bool {
	name, _, _ := strings.Cut(variable, "=")
	return slices.Contains([]string{
		"WENZHENG_CONFIG", "WENZHENG_ADDR", "WENZHENG_DATA_DIR", "WENZHENG_DATABASE", "WENZHENG_DATABASE_FILE", "WENZHENG_WECHAT_API_BASE",
	}, name)
}

// SettingsText is the settings file of a demo whose data is in a folder.
func SettingsText(addr, platform, data string) string {
	return "# 由 wenzheng demo 每次启动时写成；其他命令加 --config 即可使用同一份数据\n" +
		"addr: " + addr + "\ndata_dir: \"" + filepath.ToSlash(data) + "\"\nlog:\n  format: text\n  level: error\n" +
		"console:\n  address: http://" + addr + "\nalarm:\n  egress: [qyapi.weixin.qq.com, oapi.dingtalk.com, 127.0.0.1]\n  networks: [127.0.0.0/8]\n" +
		"wechat:\n  api_base: http://" + platform + "\nsimulator:\n  enabled: true\n"
}

// Welcome says where a demo that has started can be tried.
func Welcome(addr, chat, config string) string {
	return fmt.Sprintf(`
问政已启动（演示数据，全部虚构）

  管理后台          http://%s     点一个角色即登录
  以市民身份聊天    http://%s
  运行状况          http://%s/readyz

也可另开一个终端发一句话：

  bin/wenzheng simulate send --config %s --account %s %s

按 Ctrl-C 停止；再次运行，数据仍在。
`, addr, chat, addr, config, Accounts()[2].AppID, Question)
}

// PastText says how much of the past was written, and how to look at it.
func PastText(results []HistoryResult, config string) string {
	events, answers := 0, 0
	for i := range results {
		events, answers = events+results[i].Verified, answers+results[i].Answers
	}
	return fmt.Sprintf("完成（市民的消息与事件 %d 条，坐席答复 %d 条，以及关注人数、文章、评价与办件）\n看指标：bin/wenzheng indices --config %s\n",
		events, answers, config)
}

// HistoryText says what was written for each account.
func HistoryText(results []HistoryResult) string {
	var b strings.Builder
	for i := range results {
		r := &results[i]
		from, until := r.From.Format(time.DateOnly), r.Until.Format(time.DateOnly)
		if r.Existed {
			fmt.Fprintf(&b, "%s：%s 至 %s 的演示数据已在，没有再写\n", r.Name, from, until)
			continue
		}
		kept := ""
		if r.Kept > 0 {
			kept = fmt.Sprintf("（另有上次已写的 %d 条）", r.Kept)
		}
		fmt.Fprintf(&b, "%s：%s 至 %s，市民的消息与事件 %d 条%s，坐席答复 %d 条，重复投递 %d 次；逐条核对，每条恰在日志中一次\n",
			r.Name, from, until, r.Events, kept, r.Answers, r.Repeats)
	}
	return b.String()
}
