package store

import (
	"crypto/rand"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"sync"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/logger"

	"github.com/wenzheng/wenzheng/models"
)

// Sealer encrypts what must not be readable in the database and makes pseudonyms. It must
// be safe for concurrent use. Seal and Open take the same additional data; UID returns at
// most 64 ASCII characters, the same for the same citizen for ever.
type Sealer interface {
	Seal(plain, aad []byte) ([]byte, error)
	Open(sealed, aad []byte) ([]byte, error)
	UID(appID, openID string) string
	// Headers are what the values begin with whose key was given: the first byte is that of values under
	// other keys too. None: values do not tell.
	Headers() [][]byte
}

// Options are what Open needs. Database, Sealer and AuditMAC are required.
type Options struct {
	Database string // "sqlite:PATH" or "mysql:DSN"
	Sealer   Sealer
	// AuditMAC is HMAC-SHA256 under a key kept outside the database; it signs the chain of
	// audit entries.
	AuditMAC func([]byte) []byte
	// AuditHeadFile keeps the newest head of the audit chain outside the database; "" = not.
	AuditHeadFile string
	Now           func() time.Time // nil: time.Now
	Rand          io.Reader        // nil: crypto/rand; draws the instance's part of every id
	Logger        *slog.Logger     // nil: nothing is logged
	// RequireDurable makes Append refuse while the database may lose committed rows in a
	// power cut. Otherwise Warnings says so.
	RequireDurable bool
}

// Store is safe for concurrent use. Close it once.
type Store struct {
	opt     Options
	dialect Dialect
	dsn     string // MySQL: complete, without the parameters of one pool

	drain  *gorm.DB // Append only
	writer *gorm.DB // console transactions
	reader *gorm.DB // console reads
	report *gorm.DB // exports, counts, audit verification

	pools []*sql.DB
	ids   *idSource

	mu       sync.Mutex
	fits     bool      // the schema was seen to be the program's
	durable  []string  // durability faults of the last check
	checked  time.Time // of that check, zero = never
	triggers bool      // MySQL: the audit triggers could not be made
	settings []string  // faults of the settings that do not prevent a start

	listeners []func(appIDs []string)
}

// Open checks the settings and prepares the connections. It does not need a running
// MySQL server: connections are made when they are used. A SQLite file is created, with
// its folder, if it is not there. Errors are *models.Error where a setting is wrong.
func Open(o Options) (*Store, error) {
	if o.Sealer == nil {
		return nil, errors.New("store: open: no sealer")
	}
	if o.AuditMAC == nil {
		return nil, errors.New("store: open: no audit MAC")
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Rand == nil {
		o.Rand = rand.Reader
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	ids, err := newIDSource(o.Now, o.Rand)
	if err != nil {
		return nil, fmt.Errorf("store: open: %w", err)
	}
	s := &Store{opt: o, ids: ids}
	kind, value, _ := strings.Cut(o.Database, ":")
	switch {
	case kind == "sqlite" && value != "":
		err = s.openSQLite(value)
	case kind == "mysql" && value != "":
		err = s.openMySQL(value)
	default:
		err = badSetting("数据库设置应为 sqlite:文件路径 或 mysql:DSN，例如 sqlite:data/wenzheng.db")
	}
	if err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

// Now is the time by the store's clock.
func (s *Store) Now() time.Time { return s.opt.Now() }

// Close releases every connection. Calls that are under way fail.
func (s *Store) Close() error {
	var faults []error
	for _, p := range s.pools {
		faults = append(faults, p.Close())
	}
	s.pools = nil
	return errors.Join(faults...)
}

func badSetting(message string) error {
	return models.FieldFault("数据库设置有误", "database", message)
}

// gormConfig is the configuration of every pool; translate turns a duplicate key into
// gorm.ErrDuplicatedKey, which hides the key's name and therefore is not for the drain.
func gormConfig(translate bool, now func() time.Time) *gorm.Config {
	return &gorm.Config{
		Logger:                 logger.New(nil, logger.Config{LogLevel: logger.Silent, ParameterizedQueries: true}),
		NowFunc:                now,
		DisableAutomaticPing:   true,
		SkipDefaultTransaction: true,
		PrepareStmt:            false,
		TranslateError:         translate,
	}
}
