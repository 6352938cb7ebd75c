package messages

import (
	"context"
	"slices"

	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/store"
	"github.com/wenzheng/wenzheng/wechat"
)

var errMediaOver = models.NewError(models.CodeGone, "微信只保存三天，这份图片、语音或视频已经看不到了")

// Media fetches the picture, voice or video of a citizen's message from WeChat, which keeps it for three days. It is
// stored nowhere.
func (b *Book) Media(ctx context.Context, q Message) (m wechat.Media, err error) {
	var r row
	err = b.store.Read(ctx, store.Console, func(t *store.Tx) (err error) {
		r, err = read(ctx, t, q)
		return err
	})
	if err != nil {
		return m, models.Wrap("messages: media", err)
	}
	if r.dir != models.DirIn || !slices.Contains([]string{models.MsgTypeImage, models.MsgTypeVoice, models.MsgTypeVideo, models.MsgTypeShortVideo}, r.kind) {
		return m, models.NewError(models.CodeNotFound, "这条消息没有图片、语音或视频")
	}
	if !b.o.Now().Before(r.at.Add(wechat.MediaLife)) {
		return m, errMediaOver
	}
	id := r.message().MediaID
	if id == "" {
		return m, models.NewError(models.CodeGone, "没有记下这份图片、语音或视频的编号，看不到")
	}
	account, err := b.account(ctx, r.appID)
	if err != nil {
		return m, models.Wrap("messages: media", err)
	}
	if m, err = b.o.Client(ctx, account).Media(ctx, id); err != nil {
		return wechat.Media{}, wechat.MediaFault(err, "这份图片、语音或视频")
	}
	return m, nil
}

func (b *Book) account(ctx context.Context, appID string) (models.Account, error) {
	var list []models.Account
	if b.o.Accounts != nil {
		list = b.o.Accounts()
	} else {
		var err error
		if list, err = b.store.Accounts(ctx); err != nil {
			return models.Account{}, err
		}
	}
	i := slices.IndexFunc(list, func(a models.Account) bool { return a.AppID == appID })
	if i < 0 {
		return models.Account{}, models.NewError(models.CodeNotFound, "没有这个账号")
	}
	return list[i], nil
}
