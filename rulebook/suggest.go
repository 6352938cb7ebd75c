package rulebook

import (
	"context"
	"time"

	"github.com/wenzheng/wenzheng/bot"
	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/topics"
)

// SuggestRequest looks for what is missing in the published rules.
type SuggestRequest struct {
	Account models.Account
	From    time.Time // the questions from then on; zero: all
	Options topics.Options
}

// Suggest groups what citizens asked and no published rule answers, and proposes keywords.
func (b *Book) Suggest(ctx context.Context, q SuggestRequest) ([]topics.Group, error) {
	published, err := b.compile(ctx, q.Account, Selection{})
	if err != nil {
		return nil, err
	}
	board := topics.NewBoard(topics.LoadDictionary(), q.Options)
	asked := b.asked(ctx, q.Account.AppID, q.From)
	for row := range asked.all {
		hit := published.Answer(bot.Query{Text: row.Content, At: row.At})
		board.Add(topics.Question{Key: row.MsgKey, Text: row.Content, At: row.At, Answered: hit.Found()})
	}
	if asked.err != nil {
		return nil, asked.err
	}
	return board.Groups(), nil
}
