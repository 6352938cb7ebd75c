package simulator

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"mime"
	"strconv"
	"strings"

	"github.com/wenzheng/wenzheng/models"
)

// envelope is an encrypted reply.
type envelope struct {
	XMLName      xml.Name `xml:"xml"`
	Encrypt      string   `xml:"Encrypt"`
	MsgSignature string   `xml:"MsgSignature"`
	TimeStamp    string   `xml:"TimeStamp"`
	Nonce        string   `xml:"Nonce"`
}

// replyBody is a passive reply in clear.
type replyBody struct {
	XMLName      xml.Name `xml:"xml"`
	ToUserName   string   `xml:"ToUserName"`
	FromUserName string   `xml:"FromUserName"`
	CreateTime   string   `xml:"CreateTime"`
	MsgType      string   `xml:"MsgType"`
	Content      string   `xml:"Content"`
	ImageMediaID string   `xml:"Image>MediaId"`
	VoiceMediaID string   `xml:"Voice>MediaId"`
	Video        struct {
		MediaID     string `xml:"MediaId"`
		Title       string `xml:"Title"`
		Description string `xml:"Description"`
	} `xml:"Video"`
	Music struct {
		Title        string `xml:"Title"`
		Description  string `xml:"Description"`
		MusicURL     string `xml:"MusicUrl"`
		HQMusicURL   string `xml:"HQMusicUrl"`
		ThumbMediaID string `xml:"ThumbMediaId"`
	} `xml:"Music"`
	ArticleCount string `xml:"ArticleCount"`
	Articles     []struct {
		Title       string `xml:"Title"`
		Description string `xml:"Description"`
		PicURL      string `xml:"PicUrl"`
		URL         string `xml:"Url"`
	} `xml:"Articles>item"`
	KfAccount string `xml:"TransInfo>KfAccount"`
}

// openReply is the platform's judgement of a body that came with status 200: the
// plaintext it carries, or nil when it says nothing.
func (c *Client) openReply(contentType string, body []byte) (plain []byte, err error) {
	if len(body) == 0 || string(body) == "success" {
		return nil, nil
	}
	if media, _, _ := mime.ParseMediaType(contentType); media != "text/xml" && media != "application/xml" { // "" is wrong too
		return nil, fmt.Errorf("simulator: reply has the content type %q", media)
	}
	if !bytes.HasPrefix(body, []byte("<xml>")) {
		return nil, errors.New("simulator: reply does not begin with <xml>")
	}
	if c.account.Mode == models.ModePlain {
		return body, nil
	}
	var env envelope
	if err := unmarshalOne(body, &env); err != nil {
		return nil, err
	}
	if env.Encrypt == "" {
		if c.account.Mode == models.ModeCompat {
			return body, nil
		}
		return nil, errors.New("simulator: reply is not encrypted")
	}
	if Signature(c.account.Token, env.TimeStamp, env.Nonce, env.Encrypt) != env.MsgSignature {
		return nil, errors.New("simulator: signature of the reply is wrong")
	}
	_, plain, err = c.cipher.Open([]byte(env.Encrypt))
	return plain, err
}

// readReply checks a plaintext reply to ev as the platform would and returns what the
// citizen is shown.
func readReply(ev *Event, plain []byte) (models.Reply, error) {
	var b replyBody
	if err := unmarshalOne(plain, &b); err != nil {
		return models.Reply{}, err
	}
	switch {
	case b.ToUserName != ev.From:
		return models.Reply{}, errors.New("simulator: ToUserName of the reply is not the citizen")
	case b.FromUserName != ev.To:
		return models.Reply{}, errors.New("simulator: FromUserName of the reply is not the account")
	}
	if at, err := strconv.ParseInt(b.CreateTime, 10, 64); err != nil || at <= 0 {
		return models.Reply{}, fmt.Errorf("simulator: CreateTime %q of the reply is no time", b.CreateTime)
	}
	r := b.reply()
	if faults := r.Validate(); len(faults) > 0 || r.Silent() {
		return models.Reply{}, fmt.Errorf("simulator: reply of type %q would be refused: %v", b.MsgType, faults)
	}
	if r.Kind == models.ReplyNews && strings.TrimSpace(b.ArticleCount) != strconv.Itoa(len(b.Articles)) {
		return models.Reply{}, fmt.Errorf("simulator: ArticleCount %q with %d articles", b.ArticleCount, len(b.Articles))
	}
	return r, nil
}

func (b *replyBody) reply() models.Reply {
	r := models.Reply{Kind: models.ReplyKind(b.MsgType)}
	switch r.Kind {
	case models.ReplyText:
		r.Text = b.Content
	case models.ReplyImage:
		r.MediaID = b.ImageMediaID
	case models.ReplyVoice:
		r.MediaID = b.VoiceMediaID
	case models.ReplyVideo:
		r.MediaID, r.Title, r.Description = b.Video.MediaID, b.Video.Title, b.Video.Description
	case models.ReplyMusic:
		r.Title, r.Description, r.ThumbMediaID = b.Music.Title, b.Music.Description, b.Music.ThumbMediaID
		r.MusicURL, r.HQMusicURL = b.Music.MusicURL, b.Music.HQMusicURL
	case models.ReplyTransfer:
		r.KfAccount = b.KfAccount
	}
	for _, a := range b.Articles {
		r.Articles = append(r.Articles, models.Article{Title: a.Title, Description: a.Description, PicURL: a.PicURL, URL: a.URL})
	}
	return r
}

// unmarshalOne reads exactly one XML document.
func unmarshalOne(body []byte, into any) error {
	d := xml.NewDecoder(bytes.NewReader(body)) // #nosec G709 -- known fields, nothing runs
	if err := d.Decode(into); err != nil {
		return fmt.Errorf("simulator: reply is not well-formed: %w", err)
	}
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("simulator: reply is not well-formed: %w", err)
		}
		if text, ok := token.(xml.CharData); !ok || len(bytes.TrimSpace(text)) > 0 {
			return errors.New("simulator: something follows the reply")
		}
	}
}

// SameReply compares two plaintext replies, CreateTime apart.
func SameReply(a, b []byte) bool {
	return bytes.Equal(withoutCreateTime(a), withoutCreateTime(b))
}

func withoutCreateTime(b []byte) []byte {
	from := bytes.Index(b, []byte("<CreateTime>"))
	to := bytes.Index(b, []byte("</CreateTime>"))
	if from < 0 || to < from {
		return b
	}
	return append(bytes.Clone(b[:from]), b[to:]...)
}
