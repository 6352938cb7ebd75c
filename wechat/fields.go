package wechat

import (
	"slices"
	"strings"
	"time"

	"github.com/wenzheng/wenzheng/models"
)

// message reads raw, an authentic body in the memory of s, into a message of its own
// memory. openID is the citizen by the query, "" where it does not say.
func (c *Codec) message(raw []byte, s *scratch, openID string, now time.Time) *models.Message {
	m := &models.Message{AppID: c.appID, Raw: slices.Clone(raw)}
	m.Delivery.ReceivedAt = now
	m.ParseStatus = parse(raw, &s.tree)
	if m.ParseStatus != models.ParseUnreadable {
		c.fill(m, &s.tree, openID)
	}
	m.Key = models.EventKey(m)
	return m
}

// ReadEvent reads the body of an event as the log keeps it, or of an answer to one, for what people want to see of it;
// whose it is was settled when it came.
func ReadEvent(raw []byte) *models.Message {
	s := takeScratch()
	defer s.release()
	return (&Codec{}).message(raw, s, "", time.Time{})
}

// fill takes over what t gathered, as one string that every field is a slice of.
func (c *Codec) fill(m *models.Message, t *tree, openID string) {
	f := filler{m: m, suspect: t.suspect}
	all := string(t.gathered)
	for _, s := range t.spans {
		f.leaf(all[s.path:s.value], all[s.value:s.end])
	}
	m.MsgType = strings.ToLower(m.MsgType)
	m.Event = strings.ToLower(m.Event)
	if m.IsEvent() || m.MsgID == "" || f.more {
		m.Leaves = t.leaves(all)
	}
	from := m.OpenID
	if m.IsEvent() {
		f.event()
	}
	f.other = openID != "" && openID != from && openID != m.OpenID
	f.check()
	c.judge(&f)
}

// judge lowers the status of a message that lacks what every message has, or that says
// twice who wrote it, when and what kind it is.
func (c *Codec) judge(f *filler) {
	m := f.m
	switch {
	case f.suspect:
		f.warn("Content", "holds elements that only WeChat may write")
		m.ParseStatus = models.ParseSuspect
	case c.originalID != "" && m.ToUserName != "" && m.ToUserName != c.originalID:
		m.ParseStatus = models.ParseForeign
	case m.ToUserName == "" || !openIDForm(m.OpenID, 10) || !hasKind(m):
		m.ParseStatus = models.ParseIncomplete
	case f.other:
		f.warn("FromUserName", "not the openid of the query")
		m.ParseStatus = models.ParseSuspect
	}
}

// hasKind reports whether the message says what it is.
func hasKind(m *models.Message) bool {
	return m.MsgType != "" && (!m.IsEvent() || m.Event != "")
}

// filler puts leaves into the fields of a message.
type filler struct {
	m       *models.Message
	created string
	more    bool // a leaf has no field of its own
	seen    uint // bits of the head that were there, see headBit
	suspect bool // something of the head was there twice, or in what a citizen wrote
	other   bool // the query names another citizen
}

// slot returns where the value of this element goes, or nil.
func (f *filler) slot(name string) *string {
	m := f.m
	switch name {
	case "ToUserName":
		return &m.ToUserName
	case "FromUserName":
		return &m.OpenID
	case "CreateTime":
		return &f.created
	case "MsgType":
		return &m.MsgType
	case "Event":
		return &m.Event
	case "MsgId", "MsgID":
		return &m.MsgID
	case "Content":
		return &m.Content
	case "bizmsgmenuid":
		return &m.MenuID
	case "EventKey":
		return &m.EventKey
	case "Ticket":
		return &m.Ticket
	}
	return f.mediaSlot(name)
}

func (f *filler) mediaSlot(name string) *string {
	m := f.m
	switch name {
	case "MediaId":
		return &m.MediaID
	case "ThumbMediaId":
		return &m.ThumbMediaID
	case "PicUrl":
		return &m.PicURL
	case "Format":
		return &m.Format
	case "Recognition":
		return &m.Recognition
	case "Location_X":
		return &m.LocationX
	case "Location_Y":
		return &m.LocationY
	case "Scale":
		return &m.Scale
	case "Label":
		return &m.Label
	case "Title":
		return &m.Title
	case "Description":
		return &m.Description
	case "Url":
		return &m.URL
	}
	return nil
}

// isScalar reports whether an element directly below the root has a field of its own.
func isScalar(name string) bool {
	f := filler{m: &models.Message{}}
	return f.slot(name) != nil
}

func (f *filler) leaf(path, value string) {
	slot := f.slot(path)
	if slot == nil {
		f.more = true
		return
	}
	if bit := headBit(path); bit != 0 {
		if f.seen&bit != 0 {
			f.more, f.suspect = true, true
			return
		}
		f.seen |= bit
	}
	if *slot != "" {
		f.more = true
		f.warn(path, "sent twice, the last one counts")
	}
	*slot = value
}

func (f *filler) warn(field, what string) {
	f.m.Warnings = append(f.m.Warnings, field+": "+what)
}

// event fills the fields that some events put elsewhere.
func (f *filler) event() {
	m, leaves := f.m, f.m.Leaves
	switch m.Event {
	case models.EventLocation:
		m.LocationX, m.LocationY = leafOf(leaves, "Latitude"), leafOf(leaves, "Longitude")
	case "location_select":
		m.LocationX = leafOf(leaves, "SendLocationInfo/Location_X")
		m.LocationY = leafOf(leaves, "SendLocationInfo/Location_Y")
		m.Scale = leafOf(leaves, "SendLocationInfo/Scale")
		m.Label = leafOf(leaves, "SendLocationInfo/Label")
	case "user_info_modified", "user_authorization_revoke", "user_authorization_cancellation":
		// FromUserName is an account of the platform here, OpenID the citizen.
		if id := leafOf(leaves, "OpenID"); id != "" {
			m.OpenID = id
		}
	}
}

// leafOf returns the last value at this path, whatever its letter case.
func leafOf(leaves []models.Leaf, path string) string {
	for i := len(leaves) - 1; i >= 0; i-- {
		if strings.EqualFold(leaves[i].Path, path) {
			return leaves[i].Value
		}
	}
	return ""
}
