package rulebook

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/wenzheng/wenzheng/models"
)

// PinRequest pins an answer before all rules until its end.
type PinRequest struct {
	Account models.Account
	Text    string
	Until   time.Time
	Topics  []string // of published rules; none: every message
	Reason  string
}

// SetPin pins an answer, in place of what was pinned for the same topics, and returns the pin.
func (b *Book) SetPin(ctx context.Context, by models.Who, q PinRequest) (models.Pin, error) {
	now := b.options.Now()
	pin := models.Pin{
		AppID: q.Account.AppID, Reply: models.TextReply(q.Text), Since: now, Until: q.Until, By: by.Name, Reason: q.Reason,
	}
	var err error
	if pin.Topics, err = b.knownTopics(ctx, q.Account.AppID, q.Topics); err != nil {
		return models.Pin{}, err
	}
	if faults := pin.Validate(now); len(faults) > 0 {
		return models.Pin{}, &models.Error{Code: models.CodeInvalid, Message: "置顶有误", Fields: faults}
	}
	if err := models.SensitiveOf(q.Account.Settings).Refuse("text", q.Text); err != nil {
		return models.Pin{}, err
	}
	return pin, b.store.SetPin(ctx, pin, by)
}

// DeletePin ends the pin for every message, or with topics those for them; not_found when there
// is none.
func (b *Book) DeletePin(ctx context.Context, by models.Who, appID string, topics []string) error {
	trimmed := make([]string, len(topics))
	for i := range topics {
		trimmed[i] = strings.TrimSpace(topics[i])
	}
	return b.store.DeletePin(ctx, appID, trimmed, by)
}

// Pins returns the pins of an account that have not ended, in the order in which they were set.
func (b *Book) Pins(ctx context.Context, appID string) ([]models.Pin, error) {
	pins, err := b.store.Pins(ctx)
	return pins[appID], err
}

// knownTopics holds topics against those that the published rules of an account have, and
// returns them without blanks and repetitions.
func (b *Book) knownTopics(ctx context.Context, appID string, topics []string) ([]string, error) {
	if len(topics) == 0 {
		return nil, nil
	}
	rules, _, err := b.store.PublishedRules(ctx, appID)
	if err != nil {
		return nil, err
	}
	known := topicsOf(rules)
	var out, unknown []string
	for _, topic := range topics {
		topic = strings.TrimSpace(topic)
		switch {
		case !slices.Contains(known, topic):
			unknown = append(unknown, "“"+topic+"”")
		case !slices.Contains(out, topic):
			out = append(out, topic)
		}
	}
	switch {
	case len(unknown) == 0:
		return out, nil
	case len(known) == 0:
		return nil, models.NewError(models.CodeInvalid, "已发布的规则都没有写主题（topic）；不写主题则对所有消息置顶")
	}
	return nil, models.NewError(models.CodeInvalid,
		"没有主题"+strings.Join(unknown, "、")+"，现有的主题："+strings.Join(known, "、")+"；不写主题则对所有消息置顶")
}

// topicsOf are the topics of rules and those they belong to: 城乡建设/供水 also gives 城乡建设.
func topicsOf(rules []models.Rule) []string {
	var out []string
	for i := range rules {
		for topic := rules[i].Topic; topic != ""; {
			out = append(out, topic)
			above := strings.LastIndexByte(topic, '/')
			topic = topic[:max(above, 0)]
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}
