package rulebook

import (
	"context"
	"time"

	"github.com/wenzheng/wenzheng/bot"
	"github.com/wenzheng/wenzheng/models"
)

// SuggestRequest looks for what is missing in the published rules.
type SuggestRequest struct {
	Account models.Account
	From    time.Time // the questions from then on; zero: all
	Options bot.GapOptions
}

// Suggest groups what citizens asked and no published rule answers, and proposes keywords.
func (b *Book) Suggest(ctx context.Context, q SuggestRequest) ([]bot.Gap, error) {
	published, err := b.compile(ctx, q.Account, Selection{})
	if err != nil {
		return nil, err
	}
	asked := b.asked(ctx, q.Account.AppID, q.From)
	gaps := bot.Suggest(asked.all, published, q.Options)
	return gaps, asked.err
}
