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
	// Each, when set, is called with every question that was read.
	Each func(row *models.Interaction, answered bool)
}

// Suggest groups what citizens asked and no published rule answers, and proposes keywords.
func (b *Book) Suggest(ctx context.Context, q SuggestRequest) ([]topics.Group, error) {
	published, err := b.compile(ctx, q.Account, Selection{})
	if err != nil {
		return nil, err
	}
	var fault error
	q.Options.Answers = func(keywords []string) func(text string) []int {
		answers, err := b.proposed(q.Account, keywords)
		fault = err
		return answers
	}
	board := topics.NewBoard(topics.LoadDictionary(), q.Options)
	asked := b.asked(ctx, q.Account.AppID, q.From, 0)
	for row := range asked.all {
		hit := published.Answer(bot.Query{Text: row.Content, At: row.At})
		board.Add(topics.Question{Key: row.MsgKey, Text: row.Content, At: row.At, Answered: hit.Found()})
		if q.Each != nil {
			q.Each(&row, hit.Found())
		}
	}
	if asked.err != nil {
		return nil, asked.err
	}
	groups := board.Groups()
	return groups, fault
}

// proposed tells by which of the keywords a contains rule of its own would answer a text: the
// keyword stands for itself in it and is not denied.
func (b *Book) proposed(account models.Account, keywords []string) (func(text string) []int, error) {
	rules := make([]models.Rule, len(keywords))
	for i, word := range keywords {
		rules[i] = models.Rule{
			ID: int64(i), Name: word, Match: models.MatchContains, Keywords: []string{word}, Replies: []models.Reply{models.TextReply(word)},
		}
	}
	set, err := bot.Compile(account, 0, rules, bot.CompileOptions{Calendar: b.options.Calendar, Limits: b.options.Limits})
	if err != nil {
		return func(string) []int { return nil }, err
	}
	now := b.options.Now()
	return func(text string) (numbers []int) {
		for _, rule := range set.Fitting(bot.Query{Text: text, At: now}) {
			numbers = append(numbers, int(rule.ID))
		}
		return numbers
	}, nil
}
