package simulator

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strconv"
	"strings"

	"github.com/wenzheng/wenzheng/models"
)

var byteOrderMark = []byte("\xef\xbb\xbf")

// Event is one callback body and what the platform knows of it. It is not changed after
// it was made.
type Event struct {
	Body          []byte // as delivered, before encryption
	JSON          bool   // written in JSON, as other WeChat products do
	Key           string // models.EventKey of the simulator's own reading
	To            string
	OpenID        string // FromUserName, or the citizen an authorisation event is about
	From          string // FromUserName as sent
	MsgID         string
	MsgType       string // lower case
	Event         string // lower case
	CreateTime    int64
	ContentSHA256 string         // of the text, event key or media id, "" when there is none
	Clicked       bool           // text of a clicked menu-message item
	Scene         string         // of a subscription by a parametric code
	Message       models.Message // the same in the words of the house, where ReadEvent read it
}

// ReadEvent reads a callback body, XML or JSON, with or without a byte order mark. A
// body that cannot be read is still an event, keyed by its bytes, and comes with an
// error.
func ReadEvent(appID string, body []byte) (Event, error) {
	text := bytes.TrimSpace(bytes.TrimPrefix(body, byteOrderMark))
	ev := Event{Body: body, JSON: bytes.HasPrefix(text, []byte("{")) || string(text) == "null"}
	var leaves []models.Leaf
	var err error
	if ev.JSON {
		leaves, err = readJSON(text)
	} else {
		leaves, err = xmlLeaves(text)
	}
	if err != nil {
		ev.Key = models.EventKey(&models.Message{AppID: appID, ParseStatus: models.ParseUnreadable, Raw: body})
		return ev, err
	}
	ev.fill(appID, leaves)
	return ev, nil
}

func (ev *Event) fill(appID string, leaves []models.Leaf) {
	field := make(map[string]string, len(leaves))
	folded := make(map[string]string, len(leaves))
	for _, l := range leaves {
		if _, again := field[l.Path]; !again || !inHead(l.Path) {
			field[l.Path] = l.Value
		}
		folded[strings.ToLower(l.Path)] = l.Value
		if l.Path == "MsgId" || l.Path == "MsgID" {
			ev.MsgID = l.Value
		}
	}
	ev.To, ev.From = field["ToUserName"], field["FromUserName"]
	ev.OpenID = ev.From
	ev.MsgType, ev.Event = strings.ToLower(field["MsgType"]), strings.ToLower(field["Event"])
	if at, err := strconv.ParseInt(field["CreateTime"], 10, 64); err == nil {
		ev.CreateTime = at
	}
	if ev.MsgType == models.MsgTypeEvent && aboutCitizen(ev.Event) && folded["openid"] != "" {
		ev.OpenID = folded["openid"]
	}
	ev.Clicked = field["bizmsgmenuid"] != ""
	if ev.Event == models.EventSubscribe {
		ev.Scene = strings.TrimPrefix(field["EventKey"], "qrscene_")
	}
	ev.ContentSHA256 = contentSum(cmp.Or(field["Content"], field["EventKey"], field["MediaId"]))
	m := models.Message{
		AppID: appID, OpenID: ev.OpenID, CreateTime: ev.CreateTime, MsgType: ev.MsgType,
		Event: ev.Event, EventKey: field["EventKey"], MsgID: ev.MsgID, Leaves: leaves,
	}
	ev.Key = models.EventKey(&m)
	m.Key, m.Leaves, m.Content, m.MediaID = ev.Key, nil, field["Content"], field["MediaId"]
	m.LocationX, m.LocationY, m.Label = field["Location_X"], field["Location_Y"], field["Label"]
	m.Recognition, m.URL = field["Recognition"], field["Url"]
	ev.Message = m
}

// inHead reports whether the platform writes the element at the head of a body, once: a
// second one is a citizen's.
func inHead(name string) bool {
	return slices.Contains([]string{"ToUserName", "FromUserName", "CreateTime", "MsgType", "Event"}, name)
}

// aboutCitizen reports whether the event names its citizen in OpenID and a platform
// account in FromUserName (developers.weixin.qq.com/doc/service/guide/h5/authorization_change.md).
func aboutCitizen(event string) bool {
	switch event {
	case "user_authorization_revoke", "user_authorization_cancellation", "user_info_modified":
		return true
	}
	return false
}

func contentSum(s string) string {
	if s == "" {
		return ""
	}
	sum := sha256.Sum256([]byte(s))
	return hex.EncodeToString(sum[:])
}
