package worker

import (
	"errors"
	"maps"

	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/seal"
	"github.com/wenzheng/wenzheng/store"
	"github.com/wenzheng/wenzheng/store/snapshot"
)

// restore answers from the snapshot what could not be read from the database at the start.
// When the database is there, only the rules are still to come.
func (r *reloader) restore(reachable bool) {
	r.mu.Lock()
	waiting := len(r.waiting())
	r.mu.Unlock()
	if reachable && waiting == 0 {
		return
	}
	snap, err := snapshot.Load(r.o.Snapshot, r.o.Sealer)
	if err != nil {
		if !reachable {
			reason := models.PlainText(err)
			if errors.Is(err, seal.ErrKey) {
				reason = store.Explain(err).Message
			}
			r.fault("snapshot", models.Say("snapshot_missing", "没有可用的快照，数据库恢复之前不能答复：{said}", "said", reason), err)
		}
		return
	}
	if !reachable {
		if _, err := r.o.Calendar.Take(snap.Calendar); err != nil {
			r.fault("calendar", models.Say("snapshot_calendar", "快照里的工作日历用不了：{said}", "said", models.PlainText(err)), err)
		}
		r.takeAccounts(snap.Accounts)
	}
	for _, account := range r.all() {
		r.mu.Lock()
		_, known := r.loaded[account.AppID]
		r.mu.Unlock()
		if known {
			continue
		}
		if err := r.o.Brain.Publish(account, snap.Versions[account.AppID], snap.Rules[account.AppID]); err != nil {
			r.fault(account.AppID, models.Say("snapshot_rules", "快照里的规则用不了：{said}", "said", models.PlainText(err)), err)
			continue
		}
		r.mu.Lock()
		r.loaded[account.AppID] = ruleSource{account: account, stamp: store.RulesStamp{Version: snap.Versions[account.AppID]}, snapshot: true}
		r.rules[account.AppID] = snap.Rules[account.AppID]
		r.mu.Unlock()
	}
	if !reachable {
		r.pin(snap.Pins)
	}
}

// save writes the snapshot when it is not up to date.
func (r *reloader) save() {
	r.saving.Lock()
	defer r.saving.Unlock()
	r.mu.Lock()
	snap := snapshot.Snapshot{Accounts: r.list, Rules: maps.Clone(r.rules), Versions: map[string]int64{}, Pins: r.pins, Calendar: r.o.Calendar.Days()}
	for appID, source := range r.loaded {
		snap.Versions[appID] = source.stamp.Version
	}
	unsaved := r.unsaved && len(r.waiting()) == 0
	if unsaved {
		r.unsaved = false
	}
	r.mu.Unlock()
	if !unsaved {
		return
	}
	if err := snapshot.Save(r.o.Snapshot, snap, r.o.Sealer); err != nil {
		r.mu.Lock()
		r.unsaved = true
		r.mu.Unlock()
		r.fault("snapshot", models.Say("snapshot_unsaved", "快照没有存下，启动时若数据库不在就不能答复：{said}", "said", models.PlainText(err)), err)
		return
	}
	r.mended("snapshot")
}
