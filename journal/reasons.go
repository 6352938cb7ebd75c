package journal

import (
	"fmt"
	"time"
)

// unstoredFor is how long a message may wait for the database before people are told.
const unstoredFor = time.Minute

// Reasons say to people what is not as it should be, each as "journal: text".
func (s *Stats) Reasons() []string {
	var reasons []string
	for _, state := range []struct {
		bad  bool
		text string
	}{
		{s.Broken, "日志缓冲写不进去，消息直接写入数据库，请查看运行日志和磁盘"},
		{s.DiskLow, "磁盘已满，正在用预留的空间，请马上腾出空间"},
		{s.OldestAge > unstoredFor, fmt.Sprintf("最早的一条消息等了 %d 秒还没有入库，请检查数据库是否停止、只读、被锁或磁盘已满", int(s.OldestAge.Seconds()))},
		{s.Quarantined > 0, fmt.Sprintf("隔离区有 %d 条记录，停止服务后用 wenzheng log backlog 查看", s.Quarantined)},
		{s.Missing > 0, fmt.Sprintf("日志缓冲损坏，约 %d 条已答复的消息没能恢复，请检查磁盘并保留 quarantine 文件夹", s.Missing)},
		{s.Damaged > 0, fmt.Sprintf("日志缓冲里有 %d 条记录已损坏，读不出来，请检查磁盘", s.Damaged)},
	} {
		if state.bad {
			reasons = append(reasons, "journal: "+state.text)
		}
	}
	return reasons
}
