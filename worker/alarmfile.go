package worker

import (
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"

	"github.com/wenzheng/wenzheng/accounts"
	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/seal"
	"github.com/wenzheng/wenzheng/store"
)

// alarmFile keeps the alarms of this instance, and where they go, sealed on its own disk: a database
// that is away is one of the things they tell of.
type alarmFile struct {
	path    string // "" = nothing is kept
	sealer  *seal.Sealer
	content alarmFileContent
	fresh   bool // something is not in the database yet
	fault   error
}

type alarmFileContent struct {
	Source  string                 `json:"source"` // names this instance
	Targets []accounts.AlarmTarget `json:"targets"`
	Alarms  []models.Alarm         `json:"alarms"`
	// Over and Sends are not in the database yet.
	Over  []models.Alarm     `json:"over"`
	Sends []models.AlarmSend `json:"sends"`
}

// maxUncopied is how much of the history waits for the database at most, the newest.
const maxUncopied = 500

func alarmFileAAD() []byte { return []byte("wenzheng\x00alarms\x00file\x001") }

// openAlarmFile reads the file; one that is missing or can not be read is begun anew.
func openAlarmFile(path string, sealer *seal.Sealer) alarmFile {
	f := alarmFile{path: path, sealer: sealer, fresh: true}
	f.fault = f.load()
	if f.fault != nil || f.content.Source == "" {
		f.content = alarmFileContent{Source: strings.ToLower(rand.Text())}
	}
	if errors.Is(f.fault, fs.ErrNotExist) {
		f.fault = nil
	}
	return f
}

func (f *alarmFile) load() error {
	if f.path == "" {
		return nil
	}
	sealed, err := os.ReadFile(f.path)
	if err != nil {
		return fmt.Errorf("worker: alarms: %w", err)
	}
	plain, err := f.sealer.Open(sealed, alarmFileAAD())
	if err == nil {
		err = json.Unmarshal(plain, &f.content)
	}
	if err != nil {
		return fmt.Errorf("worker: alarms: %w", err)
	}
	return nil
}

func (f *alarmFile) save() error {
	if f.path == "" {
		return nil
	}
	plain, err := json.Marshal(f.content)
	if err != nil {
		return fmt.Errorf("worker: alarms: %w", err)
	}
	sealed, err := f.sealer.Seal(plain, alarmFileAAD())
	if err == nil {
		err = store.ReplaceFile(f.path, sealed)
	}
	if err != nil {
		return fmt.Errorf("worker: alarms: %w", err)
	}
	return nil
}

// book holds the alarms of the file.
func (f *alarmFile) book() alarmBook {
	b := newAlarmBook(f.content.Source)
	b.take(append([]models.Alarm{}, f.content.Alarms...))
	return b
}

// see takes over where alarms go, and reports whether that changed.
func (f *alarmFile) see(targets []accounts.AlarmTarget) bool {
	if models.JSON(targets) == models.JSON(f.content.Targets) || len(targets)+len(f.content.Targets) == 0 {
		return false
	}
	f.content.Targets = targets
	return true
}

// note takes over the alarms of the book, and what is to be copied into the database.
func (f *alarmFile) note(b *alarmBook, over []*models.Alarm, sends []models.AlarmSend) {
	f.content.Alarms, f.fresh = nil, true
	for _, m := range b.list() {
		f.content.Alarms = append(f.content.Alarms, *m)
	}
	for _, m := range over {
		f.content.Over = append(f.content.Over, *m)
	}
	f.content.Sends = append(f.content.Sends, sends...)
	if n := len(f.content.Sends); n > maxUncopied {
		f.content.Sends = f.content.Sends[n-maxUncopied:]
	}
}

// uncopied is what the database lacks.
func (f *alarmFile) uncopied() (changed, over []*models.Alarm, sends []models.AlarmSend, news bool) {
	if !f.fresh {
		return nil, nil, nil, false
	}
	stands := map[alarmKey]bool{}
	for i := range f.content.Alarms {
		m := &f.content.Alarms[i]
		stands[alarmKey{m.AppID, m.Name}] = true
		changed = append(changed, m)
	}
	for i := range f.content.Over {
		if m := &f.content.Over[i]; !stands[alarmKey{m.AppID, m.Name}] {
			over = append(over, m)
		}
	}
	return changed, over, f.content.Sends, true
}

func (f *alarmFile) copied() { f.content.Over, f.content.Sends, f.fresh = nil, nil, false }
