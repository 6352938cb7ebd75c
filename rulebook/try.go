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

// Trial is what a citizen would be told, and why.
type Trial struct {
	Match models.Match `json:"match"`
	Pages []string     `json:"pages,omitempty"` // of an answer longer than one message
	Reply models.Reply `json:"reply"`
}

// Try answers a text from the rules of a selection and the pins in force, as if it were the
// first that a citizen writes. Nothing is logged.
func (b *Book) Try(ctx context.Context, q TryRequest) (Trial, error) {
	set, err := b.compile(ctx, q.Account, q.Rules)
	if err != nil {
		return Trial{}, err
	}
	pins, err := b.Pins(ctx, q.Account.AppID)
	if err != nil {
		return Trial{}, err
	}
	if q.At.IsZero() {
		q.At = b.options.Now()
	}
	query := bot.Query{Text: q.Text, At: q.At}
	reply, match := set.Try(query, pins...)
	return Trial{Reply: reply, Match: match, Pages: set.Pages(query, pins...)}, nil
}
