package menu

import (
	"context"
	"strconv"
	"time"

	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/rulebook/review"
	"github.com/wenzheng/wenzheng/store"
)

// Book holds the menus of all accounts of an installation. It is safe for concurrent use.
type Book struct{ store *store.Store }

// New returns the menus that s stores.
func New(s *store.Store) *Book { return &Book{s} }

// Platform is WeChat's side of the menus of accounts. accounts.Accounts has it: this room may not
// import that one, and which menu may be published is not for that one to say.
type Platform interface {
	LiveMenu(ctx context.Context, account models.Account) (models.LiveMenu, error)
	PutMenu(ctx context.Context, account models.Account, menu models.AccountMenu) error
}

// Version is one version of an account's menu.
type Version struct {
	review.Stage
	Menu        models.AccountMenu `json:"menu"`
	PublishedAt *time.Time         `json:"published_at"`
	Revision    string             `json:"revision"` // its Edition
}

// Overview is what there is of an account's menu.
type Overview struct {
	Draft    *Version   `json:"draft"` // on its way; null: none
	Live     *Version   `json:"live"`  // published last; null: never
	Findings []Finding  `json:"findings"`
	Keys     []Key      `json:"keys"`    // of the draft, or of what is live
	Changes  []Change   `json:"changes"` // from what is live to the draft
	Versions []Headline `json:"versions"`
}

// Headline is a version in a list.
type Headline struct {
	Version   int64        `json:"version,string"`
	State     review.State `json:"state"`
	Author    string       `json:"author"`
	Reviewer  string       `json:"reviewer"`
	ChangedAt time.Time    `json:"changed_at"`
}

// Overview returns what there is of an account's menu, without asking WeChat.
func (b *Book) Overview(ctx context.Context, account models.Account) (Overview, error) {
	versions, err := b.versions(ctx, account.AppID)
	if err != nil {
		return Overview{}, err
	}
	rules, _, err := b.store.PublishedRules(ctx, account.AppID)
	if err != nil {
		return Overview{}, err
	}
	book := Overview{Findings: []Finding{}, Keys: []Key{}, Changes: []Change{}, Versions: make([]Headline, len(versions))}
	for i := range versions {
		v := &versions[i]
		book.Versions[i] = Headline{v.Version, v.State, v.Author, v.Reviewer, v.ChangedAt}
		switch {
		case i == 0 && v.State.Open():
			book.Draft = v
		case v.State == review.Published:
			book.Live = v
		}
	}
	shown := book.Draft
	if shown == nil {
		shown = book.Live
	}
	if shown != nil {
		book.Findings, book.Keys = lintMenu(&shown.Menu, rules)
	}
	if book.Draft != nil && book.Live != nil {
		book.Changes = Compare(&book.Live.Menu, &book.Draft.Menu)
	}
	return book, nil
}

// Version returns one version of an account's menu.
func (b *Book) Version(ctx context.Context, account models.Account, version int64) (Version, error) {
	versions, err := b.versions(ctx, account.AppID)
	if err != nil {
		return Version{}, err
	}
	for _, v := range versions {
		if v.Version == version {
			return v, nil
		}
	}
	return Version{}, models.NewError(models.CodeNotFound, "菜单没有第 "+strconv.FormatInt(version, 10)+" 版")
}

// Live is the menu that citizens see, beside ours.
type Live struct {
	models.LiveMenu
	// Changes are from what citizens see to the draft, or to what was published last where there is
	// none: some without a draft mean that somebody changed the menu in WeChat's back office.
	Changes []Change `json:"changes"`
	Drifted bool     `json:"drifted"`
}

// Live asks WeChat what citizens see and compares it with ours.
func (b *Book) Live(ctx context.Context, account models.Account, platform Platform) (Live, error) {
	live, err := platform.LiveMenu(ctx, account)
	if err != nil {
		return Live{}, err
	}
	out := Live{LiveMenu: live, Changes: []Change{}}
	book, err := b.Overview(ctx, account)
	if err != nil {
		return Live{}, err
	}
	if book.Live != nil {
		out.Drifted = len(Compare(live.Menu, &book.Live.Menu)) > 0
	}
	switch {
	case book.Draft != nil:
		out.Changes = Compare(live.Menu, &book.Draft.Menu)
	case out.Drifted:
		out.Changes = Compare(live.Menu, &book.Live.Menu)
	}
	return out, nil
}

// SaveRequest changes the draft of an account's menu, or begins one.
type SaveRequest struct {
	Account models.Account
	// Base is the Revision of the draft that was changed, "" where there was none: when there is
	// another by now the error is a conflict. Force does not look.
	Base  string
	Force bool
	Menu  models.AccountMenu
}

// Save keeps the menu as the draft. It may be faulty: what is not finished is kept, and can not be
// submitted.
func (b *Book) Save(ctx context.Context, by models.Who, q SaveRequest) (Version, error) {
	menu := q.Menu.Clean()
	if len(menu.Buttons) > models.MaxMenuColumns || len(menu.Conditional) > models.MaxTagMenus {
		return Version{}, &models.Error{Code: models.CodeInvalid, Message: "菜单有误", Fields: menu.Validate()}
	}
	var saved Version
	err := b.store.Transact(ctx, func(t *store.Tx) error {
		last, err := latest(ctx, t, q.Account.AppID)
		if err != nil {
			return err
		}
		before, was := "", (*review.Stage)(nil)
		if last != nil {
			before, was = models.JSON(last.Menu), &last.Stage
		}
		next, err := kind().Edit(was, by, q.Base, q.Force)
		if err != nil {
			return err
		}
		saved = Version{Stage: next, Menu: menu}
		if err := saved.save(ctx, t, q.Account.AppID); err != nil {
			return err
		}
		return audit(ctx, t, by, "menu.draft", q.Account.AppID, &saved, before, models.JSON(menu), "")
	})
	return saved, models.Wrap("menu: save", err)
}

// Imported is a draft made from what citizens see.
type Imported struct {
	Draft Version  `json:"draft"`
	Notes []string `json:"notes"`
}

// Import makes what citizens see the draft, in place of one that is being written.
func (b *Book) Import(ctx context.Context, by models.Who, account models.Account, platform Platform) (Imported, error) {
	live, err := platform.LiveMenu(ctx, account)
	if err != nil {
		return Imported{}, err
	}
	if live.Menu == nil {
		return Imported{}, models.NewError(models.CodeNotFound, "公众号现在没有菜单，请直接新建")
	}
	draft, err := b.Save(ctx, by, SaveRequest{Account: account, Force: true, Menu: *live.Menu})
	return Imported{draft, live.Notes}, err
}
