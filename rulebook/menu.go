package rulebook

import (
	"context"
	"strconv"
	"time"

	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/store"
)

// MenuPlatform is WeChat's side of the menus of accounts. accounts.Accounts has it: this room may not
// import that one, and which menu may be published is not for that one to say.
type MenuPlatform interface {
	LiveMenu(ctx context.Context, account models.Account) (models.LiveMenu, error)
	PutMenu(ctx context.Context, account models.Account, menu models.AccountMenu) error
}

// MenuState is how far a version of a menu has come.
type MenuState string

// A version is drafted, submitted, approved by a second person and published, until the next one
// replaces it; or it is discarded on the way.
const (
	MenuDraft     MenuState = "draft"
	MenuReview    MenuState = "review"
	MenuApproved  MenuState = "approved"
	MenuPublished MenuState = "published"
	MenuReplaced  MenuState = "replaced"
	MenuDiscarded MenuState = "discarded"
)

// open reports whether the version is on its way.
func (s MenuState) open() bool { return s == MenuDraft || s == MenuReview || s == MenuApproved }

// Title is the state in Chinese.
func (s MenuState) Title() string {
	return map[MenuState]string{
		MenuDraft: "草稿", MenuReview: "待审", MenuApproved: "待发布", MenuPublished: "已发布", MenuReplaced: "曾经发布", MenuDiscarded: "已丢弃",
	}[s]
}

// MenuVersion is one version of an account's menu.
type MenuVersion struct {
	Version     int64              `json:"version,string"` // of this account, from 1
	State       MenuState          `json:"state"`
	Menu        models.AccountMenu `json:"menu"`
	Author      string             `json:"author"`
	Reviewer    string             `json:"reviewer"`
	Reason      string             `json:"reason"` // why it was returned
	ChangedAt   time.Time          `json:"changed_at"`
	PublishedAt *time.Time         `json:"published_at"`
	// Revision is another one after each change of the version; whoever saves says which one they saw.
	Revision string `json:"revision"`
}

// MenuBook is what there is of an account's menu.
type MenuBook struct {
	Draft    *MenuVersion   `json:"draft"` // on its way; null: none
	Live     *MenuVersion   `json:"live"`  // published last; null: never
	Findings []MenuFinding  `json:"findings"`
	Keys     []MenuKey      `json:"keys"`    // of the draft, or of what is live
	Changes  []MenuChange   `json:"changes"` // from what is live to the draft
	Versions []MenuHeadline `json:"versions"`
}

// MenuHeadline is a version in a list.
type MenuHeadline struct {
	Version   int64     `json:"version,string"`
	State     MenuState `json:"state"`
	Author    string    `json:"author"`
	Reviewer  string    `json:"reviewer"`
	ChangedAt time.Time `json:"changed_at"`
}

// Menu returns what there is of an account's menu, without asking WeChat.
func (b *Book) Menu(ctx context.Context, account models.Account) (MenuBook, error) {
	versions, err := b.menuVersions(ctx, account.AppID)
	if err != nil {
		return MenuBook{}, err
	}
	rules, _, err := b.store.PublishedRules(ctx, account.AppID)
	if err != nil {
		return MenuBook{}, err
	}
	book := MenuBook{Findings: []MenuFinding{}, Keys: []MenuKey{}, Changes: []MenuChange{}, Versions: make([]MenuHeadline, len(versions))}
	for i := range versions {
		v := &versions[i]
		book.Versions[i] = MenuHeadline{v.Version, v.State, v.Author, v.Reviewer, v.ChangedAt}
		switch {
		case i == 0 && v.State.open():
			book.Draft = v
		case v.State == MenuPublished:
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
		book.Changes = CompareMenus(&book.Live.Menu, &book.Draft.Menu)
	}
	return book, nil
}

// MenuVersion returns one version of an account's menu.
func (b *Book) MenuVersion(ctx context.Context, account models.Account, version int64) (MenuVersion, error) {
	versions, err := b.menuVersions(ctx, account.AppID)
	if err != nil {
		return MenuVersion{}, err
	}
	for _, v := range versions {
		if v.Version == version {
			return v, nil
		}
	}
	return MenuVersion{}, models.NewError(models.CodeNotFound, "菜单没有第 "+strconv.FormatInt(version, 10)+" 版")
}

// MenuLive is the menu that citizens see, beside ours.
type MenuLive struct {
	models.LiveMenu
	// Changes are from what citizens see to the draft, or to what was published last where there is
	// none: some without a draft mean that somebody changed the menu in WeChat's back office.
	Changes []MenuChange `json:"changes"`
	Drifted bool         `json:"drifted"`
}

// LiveMenu asks WeChat what citizens see and compares it with ours.
func (b *Book) LiveMenu(ctx context.Context, account models.Account, platform MenuPlatform) (MenuLive, error) {
	live, err := platform.LiveMenu(ctx, account)
	if err != nil {
		return MenuLive{}, err
	}
	out := MenuLive{LiveMenu: live, Changes: []MenuChange{}}
	book, err := b.Menu(ctx, account)
	if err != nil {
		return MenuLive{}, err
	}
	if book.Live != nil {
		out.Drifted = len(CompareMenus(live.Menu, &book.Live.Menu)) > 0
	}
	switch {
	case book.Draft != nil:
		out.Changes = CompareMenus(live.Menu, &book.Draft.Menu)
	case out.Drifted:
		out.Changes = CompareMenus(live.Menu, &book.Live.Menu)
	}
	return out, nil
}

// SaveMenuRequest changes the draft of an account's menu, or begins one.
type SaveMenuRequest struct {
	Account models.Account
	// Base is the Revision of the draft that was changed, "" where there was none: when there is
	// another by now the error is a conflict. Force does not look.
	Base  string
	Force bool
	Menu  models.AccountMenu
}

// SaveMenu keeps the menu as the draft. It may be faulty: what is not finished is kept, and can not be
// submitted.
func (b *Book) SaveMenu(ctx context.Context, by models.Who, q SaveMenuRequest) (MenuVersion, error) {
	menu := q.Menu.Clean()
	if len(menu.Buttons) > models.MaxMenuColumns || len(menu.Conditional) > models.MaxTagMenus {
		return MenuVersion{}, &models.Error{Code: models.CodeInvalid, Message: "菜单有误", Fields: menu.Validate()}
	}
	var saved MenuVersion
	err := b.store.Transact(ctx, func(t *store.Tx) error {
		latest, err := latestMenu(ctx, t, q.Account.AppID)
		if err != nil {
			return err
		}
		saved = MenuVersion{Version: 1, State: MenuDraft, Menu: menu, Author: by.Name}
		before, base := "", ""
		if latest != nil {
			saved.Version = latest.Version + 1
			saved.ChangedAt = latest.ChangedAt // the revision goes on from it
			before = models.JSON(latest.Menu)
		}
		switch {
		case latest == nil || !latest.State.open():
		case latest.State != MenuDraft:
			return models.NewError(models.CodeConflict, "菜单正在审核或等待发布，请先退回再修改")
		default:
			saved.Version, saved.Reason, base = latest.Version, latest.Reason, latest.Revision
		}
		if base != q.Base && !q.Force {
			return models.NewError(models.CodeConflict, "菜单草稿刚被别人改过，请看过再改")
		}
		if err := saveMenu(ctx, t, q.Account.AppID, &saved); err != nil {
			return err
		}
		return auditMenu(ctx, t, by, "menu.draft", q.Account.AppID, saved.Version, before, models.JSON(menu), "")
	})
	return saved, models.Wrap("rulebook: save menu", err)
}

// ImportedMenu is a draft made from what citizens see.
type ImportedMenu struct {
	Draft MenuVersion `json:"draft"`
	Notes []string    `json:"notes"`
}

// ImportMenu makes what citizens see the draft, in place of one that is being written.
func (b *Book) ImportMenu(ctx context.Context, by models.Who, account models.Account, platform MenuPlatform) (ImportedMenu, error) {
	live, err := platform.LiveMenu(ctx, account)
	if err != nil {
		return ImportedMenu{}, err
	}
	if live.Menu == nil {
		return ImportedMenu{}, models.NewError(models.CodeNotFound, "公众号现在没有菜单，请直接新建")
	}
	draft, err := b.SaveMenu(ctx, by, SaveMenuRequest{Account: account, Force: true, Menu: *live.Menu})
	return ImportedMenu{draft, live.Notes}, err
}
