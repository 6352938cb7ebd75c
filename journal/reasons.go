package journal

import (
	"strconv"
	"time"

	"github.com/wenzheng/wenzheng/models"
)

// unstoredFor is how long a message may wait for the database before people are told.
const unstoredFor = time.Minute

// Reasons say to people what is not as it should be.
func (s *Stats) Reasons() []models.Reason {
	n := strconv.FormatInt
	var reasons []models.Reason
	for _, state := range []struct {
		bad  bool
		said models.Said
	}{
		{s.Broken, models.Say("journal_broken", "日志缓冲写不进去，消息直接写入数据库，请查看运行日志和磁盘")},
		{s.DiskLow, models.Say("disk_low", "磁盘已满，正在用预留的空间，请马上腾出空间")},
		{s.OldestAge > unstoredFor, models.Say("not_stored", "最早的一条消息等了 {seconds} 秒还没有入库，请检查数据库是否停止、只读、被锁或磁盘已满", "seconds", n(int64(s.OldestAge.Seconds()), 10))},
		{s.Quarantined > 0, models.Say("quarantined", "隔离区有 {n} 条记录，停止服务后用 wenzheng log backlog 查看", "n", n(s.Quarantined, 10))},
		{s.Missing > 0, models.Say("lost_messages", "日志缓冲损坏，约 {n} 条已答复的消息没能恢复，请检查磁盘并保留 quarantine 文件夹", "n", n(s.Missing, 10))},
		{s.Damaged > 0, models.Say("damaged_records", "日志缓冲里有 {n} 条记录已损坏，读不出来，请检查磁盘", "n", n(s.Damaged, 10))},
	} {
		if state.bad {
			reasons = append(reasons, models.Reason{What: "journal", Said: state.said})
		}
	}
	return reasons
}
