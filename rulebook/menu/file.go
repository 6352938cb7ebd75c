package menu

import (
	"context"
	"io"

	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/sheet"
)

// File is a menu as a file that sheet.ReadMenu reads.
type File struct {
	Name  string // a name for the file
	Write func(io.Writer) error
}

// Export returns the draft of an account's menu as a file, or what was published last where there is none;
// live, what citizens see, of which WeChat is asked.
func (b *Book) Export(ctx context.Context, account models.Account, platform Platform, live bool) (File, error) {
	made := func(state string, m *models.AccountMenu) (File, error) {
		return File{account.Name + state + "菜单.yaml", func(w io.Writer) error { return sheet.WriteMenu(w, *m) }}, nil
	}
	if live {
		seen, err := platform.LiveMenu(ctx, account)
		switch {
		case err != nil:
			return File{}, err
		case seen.Menu == nil:
			return File{}, models.NewError(models.CodeNotFound, "公众号现在没有菜单")
		}
		return made("现在的", seen.Menu)
	}
	book, err := b.Overview(ctx, account)
	switch {
	case err != nil:
		return File{}, err
	case book.Draft != nil:
		return made("草稿", &book.Draft.Menu)
	case book.Live != nil:
		return made("", &book.Live.Menu)
	}
	return File{}, models.NewError(models.CodeNotFound, "还没有菜单，可导出公众号现在的（wenzheng menu export --live）")
}
