package snapshot

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/store"
)

// Snapshot is what the program needs to answer citizens before it has reached its
// database: accounts with their secrets, the published rules of each and their version, and the calendar.
type Snapshot struct {
	Accounts []models.Account
	Rules    map[string][]models.Rule // by AppID
	Versions map[string]int64
	Pins     map[string][]models.Pin
	Calendar []models.CalendarDay
}

// sealedAccount carries the fields that models.Account never writes as JSON.
type sealedAccount struct {
	models.Account
	Token          string `json:"token"`
	PreviousToken  string `json:"previous_token"`
	AESKey         string `json:"aes_key"`
	PreviousAESKey string `json:"previous_aes_key"`
	Secret         string `json:"secret"`
}

type file struct {
	Accounts []sealedAccount          `json:"accounts"`
	Rules    map[string][]models.Rule `json:"rules"`
	Versions map[string]int64         `json:"versions"`
	Calendar []models.CalendarDay     `json:"calendar"`

	Pins map[string]json.RawMessage `json:"pins"` // see store.ParsePins
}

// aad binds the sealed file to its purpose: another sealed value does not open as one.
func aad() []byte { return []byte("wenzheng\x00snapshot\x00file\x001") }

// maxBytes bounds what Load reads.
const maxBytes = 256 << 20

// Save writes the snapshot, sealed, so that the file at path is at any moment
// either the former one or this one.
func Save(path string, s Snapshot, sealer store.Sealer) error {
	content := file{Rules: s.Rules, Versions: s.Versions, Calendar: s.Calendar, Pins: make(map[string]json.RawMessage, len(s.Pins))}
	for appID, pins := range s.Pins {
		content.Pins[appID] = json.RawMessage(models.JSON(pins))
	}
	for _, a := range s.Accounts {
		content.Accounts = append(content.Accounts, sealedAccount{a, a.Token, a.PreviousToken, a.AESKey, a.PreviousAESKey, a.Secret})
	}
	plain, err := json.Marshal(content)
	if err != nil {
		return fmt.Errorf("snapshot: save: %w", err)
	}
	sealed, err := sealer.Seal(plain, aad())
	if err != nil {
		return fmt.Errorf("snapshot: save: %w", err)
	}
	if err := store.ReplaceFile(path, sealed); err != nil {
		return fmt.Errorf("snapshot: save: %w", err)
	}
	return nil
}

// Load reads a snapshot. A file that is missing, damaged or sealed with another
// key is an error (fs.ErrNotExist where it is missing), never a panic.
func Load(path string, sealer store.Sealer) (Snapshot, error) {
	f, err := os.Open(path) //nolint:gosec // the operator names the folder
	if err != nil {
		return Snapshot{}, fmt.Errorf("snapshot: load: %w", err)
	}
	sealed, err := io.ReadAll(io.LimitReader(f, maxBytes))
	if err := errors.Join(err, f.Close()); err != nil {
		return Snapshot{}, fmt.Errorf("snapshot: load: %w", err)
	}
	plain, err := sealer.Open(sealed, aad())
	if err != nil {
		return Snapshot{}, fmt.Errorf("snapshot: load: %w", err)
	}
	var content file
	if err := json.Unmarshal(plain, &content); err != nil {
		return Snapshot{}, fmt.Errorf("snapshot: load: %w", err)
	}
	s := Snapshot{Rules: content.Rules, Versions: content.Versions, Calendar: content.Calendar, Pins: make(map[string][]models.Pin, len(content.Pins))}
	for _, v := range content.Accounts {
		a := v.Account
		a.Token, a.PreviousToken, a.AESKey, a.PreviousAESKey, a.Secret = v.Token, v.PreviousToken, v.AESKey, v.PreviousAESKey, v.Secret
		s.Accounts = append(s.Accounts, a)
	}
	for appID, rules := range s.Rules {
		for i := range rules {
			rules[i].AppID = appID
		}
	}
	for appID, payload := range content.Pins {
		if s.Pins[appID], err = store.ParsePins(appID, string(payload), time.Time{}); err != nil {
			return Snapshot{}, fmt.Errorf("snapshot: load: %w", err)
		}
	}
	return s, nil
}
