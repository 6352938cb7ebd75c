package wechat

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/wenzheng/wenzheng/models"
)

const mediaAPI = "/cgi-bin/media/get"

const (
	// MaxMedia bounds a file of a message, in bytes; WeChat takes no picture, voice or video from a citizen that is longer.
	MaxMedia = 16 << 20
	// mediaTime is how long its transfer may take.
	mediaTime = 30 * time.Second
)

// MediaLife is how long WeChat keeps the file of a message.
const MediaLife = 3 * 24 * time.Hour

// codeNoMedia is WeChat's answer to the id of a file that it does not have, or not any more.
const codeNoMedia = 40007

// Media is the file of a message.
type Media struct {
	Type string // by what it holds, not by what the answer says: image/jpeg and the like
	Body []byte
}

// errElsewhere is a video that WeChat names an address for.
var errElsewhere = errors.New("the file is at another address")

// errNotMedia is a file of a kind that messages do not have.
var errNotMedia = errors.New("the file is no picture, voice or video")

// mediaTypes are the kinds of files that messages have, by their first bytes.
var mediaTypes = []string{"image/jpeg", "image/png", "image/gif", "image/webp", "image/bmp", "audio/mpeg", "audio/wave", "video/mp4"}

// Media reads the picture, voice or video of a message (developers.weixin.qq.com, getMedia). What is none of them is
// an error, and so is a video for which WeChat names an address: addresses are not followed.
func (c *Client) Media(ctx context.Context, id string) (m Media, err error) {
	err = c.authorized(ctx, mediaAPI, func(token string) error {
		start := c.o.Now()
		m, err = c.media(ctx, url.Values{"access_token": {token}, "media_id": {id}})
		c.o.Metrics.observe(mediaAPI, err, c.o.Now().Sub(start))
		return err
	})
	return m, err
}

func (c *Client) media(ctx context.Context, query url.Values) (m Media, err error) {
	m.Body, err = c.answer(ctx, c.files, http.MethodGet, mediaAPI, query, nil)
	if err != nil {
		return m, err
	}
	if m.Type = mediaType(m.Body); m.Type != "" {
		return m, nil
	}
	if _, _, ok := readHead(m.Body); !ok && !strings.HasPrefix(http.DetectContentType(m.Body), "text/") {
		return Media{}, &APIError{API: mediaAPI, Msg: errNotMedia.Error(), Class: ClassOther, cause: errNotMedia}
	}
	var elsewhere struct {
		Video string `json:"video_url"`
	}
	if err := c.read(mediaAPI, m.Body, &elsewhere); err != nil {
		return Media{}, err
	}
	return Media{}, &APIError{API: mediaAPI, Msg: errElsewhere.Error(), Class: ClassOther, cause: errElsewhere}
}

// mediaType is what a file is, "" for what no message has.
func mediaType(b []byte) string {
	if bytes.HasPrefix(b, []byte("#!AMR")) {
		return "audio/amr"
	}
	found := http.DetectContentType(b)
	for _, t := range mediaTypes {
		if strings.HasPrefix(found, t) {
			return t
		}
	}
	return ""
}

// IsNoMedia reports whether WeChat does not have the file, or not any more.
func IsNoMedia(err error) bool {
	var e *APIError
	return errors.As(err, &e) && e.Code == codeNoMedia
}

// IsElsewhere reports whether WeChat named an address in place of the file.
func IsElsewhere(err error) bool { return errors.Is(err, errElsewhere) }

// IsNotMedia reports whether WeChat gave a file of a kind that messages do not have.
func IsNotMedia(err error) bool { return errors.Is(err, errNotMedia) }

// IsTooLarge reports whether an answer was longer than is read: a file longer than MaxMedia.
func IsTooLarge(err error) bool { return errors.Is(err, errResponse) }

// MediaFault says to people why WeChat gave no file; what names it, as 这张照片.
func MediaFault(err error, what string) *models.Error {
	var e *APIError
	switch {
	case IsNoMedia(err):
		return models.NewError(models.CodeGone, "微信只保存三天，"+what+"已经看不到了")
	case IsElsewhere(err):
		return models.NewError(models.CodeNotFound, "微信没有直接给出"+what+"，请在公众平台后台查看")
	case IsNotMedia(err):
		return models.NewError(models.CodeNotFound, "微信给的不是图片、语音或视频")
	case IsTooLarge(err):
		return models.NewError(models.CodeNotFound, fmt.Sprintf("%s超过 %d MiB，不取", what, MaxMedia>>20))
	case errors.As(err, &e) && e.Code > 0 && e.Class != ClassTransient:
		return models.NewError(models.CodeUnavailable, fmt.Sprintf("微信不给%s（错误码 %d），请管理员检查账号的接口权限", what, e.Code))
	}
	return models.NewError(models.CodeUnavailable, "现在从微信取不到，请稍后再试")
}
