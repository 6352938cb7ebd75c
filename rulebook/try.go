package rulebook

import (
	"context"
	"time"

	"github.com/wenzheng/wenzheng/bot"
	"github.com/wenzheng/wenzheng/models"
)

// TryRequest asks what a citizen would be told.
type TryRequest struct {
	Account models.Account
	Rules   Selection
	Text    string
	At      time.Time // zero: now
}

// Try answers a text from the rules of a selection and the pins in force, as if it were the
// first that a citizen writes. Nothing is logged.
func (b *Book) Try(ctx context.Context, q TryRequest) (bot.Trial, error) {
	set, err := b.compile(ctx, q.Account, q.Rules)
	if err != nil {
		return bot.Trial{}, err
	}
	pins, err := b.Pins(ctx, q.Account.AppID)
	if err != nil {
		return bot.Trial{}, err
	}
	if q.At.IsZero() {
		q.At = b.options.Now()
	}
	return set.Try(bot.Query{Text: q.Text, At: q.At}, pins...), nil
}

// Explain says how the published rules answer a message of a citizen where the stored dialogue
// stands: which rule, and whom it beats.
func (b *Book) Explain(ctx context.Context, m *models.Message) (models.Match, error) {
	account, err := b.store.Account(ctx, m.AppID)
	if err != nil {
		return models.Match{}, err
	}
	rules, stamp, err := b.store.PublishedRules(ctx, m.AppID)
	if err != nil {
		return models.Match{}, err
	}
	brain := bot.New(b.options)
	if err := brain.Publish(account, stamp.Version, rules); err != nil {
		return models.Match{}, err
	}
	dialogues, _, err := b.store.Dialogues(ctx, -1)
	if err != nil {
		return models.Match{}, err
	}
	for _, d := range dialogues {
		brain.Restore(d)
	}
	return brain.Explain(m), nil
}
