package cases

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/store"
	"github.com/wenzheng/wenzheng/wechat"
)

// PhotoState is where a photo of a case is, and what became of keeping it.
type PhotoState string

// The states. WeChat has a photo for three days; where the settings name what for it is kept here for longer.
const (
	PhotoWeChat  PhotoState = "wechat"  // WeChat has it
	PhotoOver    PhotoState = "over"    // WeChat had it, and it was not to be kept
	PhotoDue     PhotoState = "due"     // WeChat has it, and it is being fetched to be kept
	PhotoKept    PhotoState = "kept"    // it is kept here
	PhotoDeleted PhotoState = "deleted" // it was kept, and its time is over
	PhotoGone    PhotoState = "gone"    // it was to be kept, but WeChat did not have it any more
	PhotoLarge   PhotoState = "large"   // it was to be kept, but is longer than any is taken
	PhotoKind    PhotoState = "kind"    // it was to be kept, but is no picture
	PhotoMissed  PhotoState = "missed"  // it was to be kept, but WeChat could not be asked for three days
)

// Photo is a photo of a case as its record shows it.
type Photo struct {
	N       int        `json:"n"` // from 1 on
	State   PhotoState `json:"state"`
	Until   time.Time  `json:"until"`   // until when it can be seen, or could be
	Purpose string     `json:"purpose"` // what it is kept for, "" = it is not
}

const photoColumns = "app_id, number, n, media_id, sent_at, purpose, until, state, tries, next_at, type"

// photo is a row of case_photos. state is "" (not to be kept), due, kept, gone, large, kind or missed.
type photo struct {
	appID, number, mediaID string
	n                      int64
	sentAt, until          time.Time
	purpose                string
	state                  PhotoState
	tries                  int64
	kind                   string // image/jpeg and the like, of one that is kept
}

func scanPhoto(rows *sql.Rows) (p photo, err error) {
	var sent, until, next int64
	err = rows.Scan(&p.appID, &p.number, &p.n, &p.mediaID, &sent, &p.purpose, &until, &p.state, &p.tries, &next, &p.kind)
	p.sentAt, p.until = store.FromMicros(sent), store.FromMicros(until)
	return p, err
}

// over is when WeChat has it no longer.
func (p *photo) over() time.Time { return p.sentAt.Add(wechat.MediaLife) }

// shown is it as the record shows it.
func (p *photo) shown(now time.Time) Photo {
	out := Photo{N: int(p.n), State: p.state, Until: p.over(), Purpose: p.purpose}
	switch {
	case p.state == PhotoKept:
		if out.Until = p.until; !now.Before(p.until) {
			out.State = PhotoDeleted
		}
	case p.state != "" && p.state != PhotoDue:
	case !now.Before(p.over()):
		out.State = PhotoOver
	case p.state == "":
		out.State = PhotoWeChat
	}
	return out
}

// notePhotos writes down the photos of a new case, and that they are to be kept where the settings say so.
func (b *Cases) notePhotos(ctx context.Context, t *store.Tx, c *Case, sentAt time.Time) error {
	if sentAt.IsZero() || sentAt.After(c.SubmittedAt) {
		sentAt = c.SubmittedAt
	}
	keep, state, next, until := b.o.Keeps.Photos, PhotoState(""), int64(0), int64(0)
	if keep.On() {
		state, next, until = PhotoDue, store.Micros(c.SubmittedAt), store.Micros(keptUntil(c, keep))
	}
	var values []any
	for i, id := range c.photos {
		values = append(values, c.AppID, c.Number, int64(i+1), id, store.Micros(sentAt), keep.Purpose, until, string(state), int64(0), next, "")
	}
	return t.Upsert(ctx, "case_photos", photoColumns, 11, values, "")
}

// keptUntil is when what is kept of a case is deleted.
func keptUntil(c *Case, keep models.Keeping) time.Time {
	return c.SubmittedAt.AddDate(0, 0, keep.Days)
}

// allPhotos are the photos of a case. Of one that is older than the notes of them the submission counts.
func (c *Case) allPhotos(ctx context.Context, t *store.Tx) (found []photo, err error) {
	if len(c.photos) == 0 {
		return nil, nil
	}
	err = t.Query(ctx, func(rows *sql.Rows) error {
		p, err := scanPhoto(rows)
		found = append(found, p)
		return err
	}, "SELECT "+photoColumns+" FROM case_photos WHERE app_id = ? AND number = ? ORDER BY n", c.AppID, c.Number)
	if len(found) == 0 && err == nil {
		for i, id := range c.photos {
			found = append(found, photo{appID: c.AppID, number: c.Number, n: int64(i + 1), mediaID: id, sentAt: c.SubmittedAt})
		}
	}
	return found, err
}

var (
	errNoPhoto   = models.NewError(models.CodeNotFound, "没有这张照片")
	errPhotoOver = models.NewError(models.CodeGone, "微信只保存三天，这张照片已经看不到了")
)

// Photo is a photo of a case, n from 1 on: as it is kept, or from WeChat, which has it for three days.
func (b *Cases) Photo(ctx context.Context, appID, number string, n int) (m wechat.Media, err error) {
	p, m, err := b.keptPhoto(ctx, appID, number, n)
	if err != nil || p.state == PhotoKept {
		return m, models.Wrap("cases: photo", err)
	}
	switch shown := p.shown(b.o.Now()); {
	case p.state == PhotoLarge:
		return m, models.NewError(models.CodeNotFound, fmt.Sprintf("这张照片超过 %d MiB，没有保存", wechat.MaxMedia>>20))
	case p.state == PhotoKind:
		return m, models.NewError(models.CodeNotFound, "微信给的不是图片，没有保存")
	case shown.State != PhotoWeChat && shown.State != PhotoDue:
		return m, errPhotoOver
	}
	account, err := b.account(ctx, appID)
	if err != nil {
		return m, models.Wrap("cases: photo", err)
	}
	if m, err = b.fetch(ctx, account, &p); err != nil {
		return wechat.Media{}, photoFault(err)
	}
	return m, nil
}

// keptPhoto finds a photo, and what it holds where it is kept.
func (b *Cases) keptPhoto(ctx context.Context, appID, number string, n int) (p photo, m wechat.Media, err error) {
	err = b.store.Read(ctx, store.Console, func(t *store.Tx) error {
		found, err := list(ctx, t, "app_id = ? AND id = ? AND state <> ''", appID, number)
		if err != nil {
			return err
		}
		if len(found) == 0 {
			return errNoCase()
		}
		all, err := found[0].allPhotos(ctx, t)
		if err != nil {
			return err
		}
		if n < 1 || n > len(all) {
			return errNoPhoto
		}
		if p = all[n-1]; p.state != PhotoKept {
			return nil
		}
		if !b.o.Now().Before(p.until) {
			return models.NewError(models.CodeGone, "这张照片保存到 "+dayText(p.until)+"，已按期删除")
		}
		m.Type = p.kind
		m.Body, err = p.read(ctx, t)
		return err
	})
	return p, m, err
}

// read is a photo that is kept.
func (p *photo) read(ctx context.Context, t *store.Tx) (body []byte, err error) {
	err = t.Query(ctx, func(rows *sql.Rows) error {
		var part int64
		var sealed []byte
		if err := rows.Scan(&part, &sealed); err != nil {
			return err
		}
		plain, err := t.Unseal("case_photo_parts", "body", p.place(part), sealed)
		body = append(body, plain...)
		return err
	}, "SELECT part, body FROM case_photo_parts WHERE app_id = ? AND number = ? AND n = ? ORDER BY part", p.appID, p.number, p.n)
	return body, err
}

// place names a piece, to which it is sealed.
func (p *photo) place(part int64) string {
	return strings.Join([]string{p.appID, p.number, strconv.FormatInt(p.n, 10), strconv.FormatInt(part, 10)}, " ")
}

var errNoPicture = errors.New("cases: it is no picture")

// fetch is a photo as WeChat has it.
func (b *Cases) fetch(ctx context.Context, account *models.Account, p *photo) (m wechat.Media, err error) {
	m, err = b.o.Client(ctx, *account).Media(ctx, p.mediaID)
	if err == nil && !strings.HasPrefix(m.Type, "image/") || wechat.IsElsewhere(err) || wechat.IsNotMedia(err) {
		err = errNoPicture
	}
	return m, err
}

// photoFault says for people why WeChat did not give a photo.
func photoFault(err error) *models.Error {
	if errors.Is(err, errNoPicture) {
		return models.NewError(models.CodeNotFound, "微信给的不是图片")
	}
	return wechat.MediaFault(err, "这张照片")
}
