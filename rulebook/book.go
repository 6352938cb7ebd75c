package rulebook

import (
	"cmp"
	"context"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/wenzheng/wenzheng/bot"
	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/store"
)

// Book holds the rules of all accounts of an installation. It is safe for concurrent use.
type Book struct {
	store   *store.Store
	options bot.Options // of the brain that answers citizens
	shelf   shelf

	jobs   sync.WaitGroup // replays
	ending chan struct{}  // closed by Close
	gaps   gapCache
}

// New returns the rules that s stores, which mean what they mean to a Bot with these options. The
// caller closes s after the Book.
func New(s *store.Store, o bot.Options) *Book {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	b := &Book{store: s, options: o, shelf: shelf{kept: make(map[string]*volume)}, ending: make(chan struct{})}
	return b
}

// Close ends what is computed behind the questions and the replays under way, and waits for them. It is
// called once.
func (b *Book) Close() {
	close(b.ending)
	b.gaps.close()
	b.jobs.Wait()
}

// List returns the rules of an account by id, each as its latest version. state selects among
// them; published are those that answer citizens, whatever draft waits beside; "" is all.
func (b *Book) List(ctx context.Context, appID string, state models.RuleState) ([]models.Rule, error) {
	rules, err := b.store.Rules(ctx, store.RuleFilter{AppID: appID})
	if err != nil || state == "" {
		return rules, err
	}
	return slices.DeleteFunc(rules, func(r models.Rule) bool {
		if state == models.RulePublished {
			return r.LiveVersion == 0
		}
		return r.State != state
	}), nil
}

// named finds one rule by its name.
func (b *Book) named(ctx context.Context, appID, name string) (models.Rule, error) {
	rules, err := b.store.Rules(ctx, store.RuleFilter{AppID: appID, Name: name})
	if err != nil {
		return models.Rule{}, err
	}
	found, err := named(rules, []string{name})
	if err != nil {
		return models.Rule{}, err
	}
	return found[0], nil
}

// named picks rules by name, in the order of the names, each once.
func named(rules []models.Rule, names []string) ([]models.Rule, error) {
	known := byName(rules)
	var out []models.Rule
	var missing []string
	for _, name := range names {
		r := cmp.Or(known[name], known[models.CleanName(name)])
		switch {
		case r == nil:
			missing = append(missing, "“"+name+"”")
		case !slices.ContainsFunc(out, func(o models.Rule) bool { return o.ID == r.ID }):
			out = append(out, *r)
		}
	}
	if len(missing) > 0 {
		return nil, models.NewError(models.CodeNotFound, "没有名为"+strings.Join(missing, "、")+"的规则，wenzheng rules list 可列出全部")
	}
	return out, nil
}

func byName(rules []models.Rule) map[string]*models.Rule {
	m := make(map[string]*models.Rule, len(rules))
	for i := range rules {
		m[rules[i].Name] = &rules[i]
	}
	return m
}

func ids(rules []models.Rule) []int64 {
	out := make([]int64, len(rules))
	for i := range rules {
		out[i] = rules[i].ID
	}
	return out
}
