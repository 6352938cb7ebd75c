package demo

import (
	"cmp"
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/wenzheng/wenzheng/auth"
	"github.com/wenzheng/wenzheng/indices"
	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/rulebook"
	"github.com/wenzheng/wenzheng/seal"
	"github.com/wenzheng/wenzheng/store"
	"github.com/wenzheng/wenzheng/waits"
)

// The past of the city: how many days it has and the seed of everything in them.
const (
	cityDays = 90
	citySeed = 1
)

// City is the fictional city in one database. It is for one caller at a time.
type City struct {
	store   *store.Store
	waits   *waits.Waits
	options Options
}

// Options are what a City works with. All but Days and PerDay are needed.
type Options struct {
	Rulebook *rulebook.Book
	Auth     *auth.Auth
	Calendar *indices.Calendar
	Now      func() time.Time
	Serve    Serve   // runs the service that messages of the past are delivered to
	SpoolDir string  // for the spool of that service; made, and removed when all is in the database
	Days     int     // of the city's past; 0 = 90
	PerDay   float64 // messages of an account's citizens on an average day; 0 = 60
}

// New returns the city in s and its waits; the caller closes s when the City is used no more.
func New(s *store.Store, w *waits.Waits, o Options) *City {
	o.Days = cmp.Or(o.Days, cityDays)
	return &City{store: s, waits: w, options: o}
}

// Seed makes the accounts, the rules and the people of the office that the database lacks, also where an earlier
// start was cut short between the two, and leaves alone what is there.
func (c *City) Seed(ctx context.Context, who models.Who) error {
	for _, a := range Accounts() {
		if err := c.seed(ctx, who, a); err != nil {
			return fmt.Errorf("demo account %s: %w", a.Name, err)
		}
	}
	return models.Wrap("demo people", c.seedPeople(ctx, who))
}

func (c *City) seed(ctx context.Context, who models.Who, a Account) error {
	known, err := c.store.Account(ctx, a.AppID)
	switch {
	case err == nil:
		a.Account = known
	case models.ErrorCode(err) != models.CodeNotFound:
		return err
	default:
		if a.Token, a.AESKey, a.Secret, err = newSecrets(); err != nil {
			return err
		}
		if err := c.create(ctx, who, a); err != nil {
			return err
		}
	}
	ever, err := c.store.Rules(ctx, store.RuleFilter{AppID: a.AppID})
	if err != nil || len(ever) > 0 {
		return err
	}
	rules, err := a.Rules()
	if err != nil {
		return err
	}
	_, err = c.options.Rulebook.Import(ctx, who, rulebook.ImportRequest{Account: a.Account, Rules: rules, Publish: true})
	return err
}

// create makes an account. People answer at the desk of the first one, from today on: the rows of the months
// before stay what they are.
func (c *City) create(ctx context.Context, who models.Who, a Account) error {
	err := c.store.CreateAccount(ctx, a.Account, who)
	if err != nil || a.AppID != Accounts()[0].AppID {
		return err
	}
	today := c.options.Now().In(models.Shanghai()).Format(time.DateOnly)
	return c.store.SetSetting(ctx, a.AppID, models.Setting{Name: models.SettingHuman, ValidFrom: today, Value: models.HumanDesk}, who)
}

// newSecrets draws a token, an AES key and an app secret.
func newSecrets() (token, aesKey, secret string, err error) {
	key, err := seal.NewKey()
	if err != nil {
		return "", "", "", err
	}
	letters := strings.NewReplacer("+", "x", "/", "y", "=", "").Replace(key)
	return letters[:16], key[:42] + "A", letters[16:40], nil
}

// Complete reports whether all messages of the past are there; records beside them may be missing.
func (c *City) Complete(ctx context.Context) (bool, error) {
	requests, err := c.requests(ctx)
	if err != nil {
		return false, err
	}
	for k := range requests {
		_, _, done, err := c.findPlan(ctx, &requests[k])
		if err != nil || !done {
			return false, err
		}
	}
	return true, nil
}

// WritePast writes what is missing of the days before today and says of each account what is there.
// The accounts must have been seeded. It may be interrupted at any time and called again.
func (c *City) WritePast(ctx context.Context, who models.Who) ([]HistoryResult, error) {
	requests, err := c.requests(ctx)
	if err != nil {
		return nil, err
	}
	results, err := c.writeHistories(ctx, who, requests, func(int) {})
	if err != nil {
		return nil, err
	}
	if err := c.importRecords(ctx, who, requests); err != nil {
		return nil, err
	}
	return results, c.writeDesk(ctx, who, requests)
}

// requests are the months of the city's accounts.
func (c *City) requests(ctx context.Context) ([]accountRequest, error) {
	var list []accountRequest
	for _, a := range Accounts() {
		account, err := c.store.Account(ctx, a.AppID)
		if err != nil {
			return nil, err
		}
		list = append(list, accountRequest{account: account, character: a.character, days: c.options.Days, seed: citySeed})
	}
	return list, nil
}
