package simulator

import (
	"strconv"
	"time"
)

// Post is the head of a callback body: who writes to which account, and when. Its
// methods build the bodies of every kind of message and event as WeChat sends them
// (developers.weixin.qq.com/doc/offiaccount/Message_Management/Receiving_standard_messages.html
// and Receiving_event_pushes.html). The bodies are new and belong to the caller.
type Post struct {
	To    string    // the account's original id, gh_...
	From  string    // the citizen's OpenID
	At    time.Time // CreateTime, in whole seconds
	MsgID string    // of messages; events carry none
	Loose bool      // what the citizen wrote goes out with its "]]>" as it is, see LooseField
}

// words is a field that the citizen filled.
func (p Post) words(name, value string) Field {
	if p.Loose {
		return LooseField(name, value)
	}
	return TextField(name, value)
}

// Message builds a body of any message type from its own fields.
func (p Post) Message(msgType string, fields ...Field) []byte {
	b := p.head(msgType)
	b = appendFields(b, fields)
	if p.MsgID != "" {
		id := BareField("MsgId", p.MsgID)
		b = id.append(b)
	}
	return append(b, "</xml>"...)
}

// Event builds a body of any event from its own fields.
func (p Post) Event(name string, fields ...Field) []byte {
	b := p.head("event")
	event := TextField("Event", name)
	b = event.append(b)
	b = appendFields(b, fields)
	return append(b, "</xml>"...)
}

func (p Post) head(msgType string) []byte {
	b := make([]byte, 0, 512)
	b = append(b, "<xml>"...)
	return appendFields(b, []Field{
		TextField("ToUserName", p.To), TextField("FromUserName", p.From),
		IntField("CreateTime", p.At.Unix()), TextField("MsgType", msgType),
	})
}

// Text is what a citizen typed.
func (p Post) Text(content string) []byte { return p.Message("text", p.words("Content", content)) }

// MenuText is a clicked item of a menu message: it arrives as text with the item's id.
func (p Post) MenuText(content, menuID string) []byte {
	return p.Message("text", p.words("Content", content), TextField("bizmsgmenuid", menuID))
}

// Image is a picture.
func (p Post) Image(picURL, mediaID string) []byte {
	return p.Message("image", TextField("PicUrl", picURL), TextField("MediaId", mediaID))
}

// Voice is a recording. recognition is "" since the platform withdrew it.
func (p Post) Voice(mediaID, format, recognition string) []byte {
	fields := []Field{TextField("MediaId", mediaID), TextField("Format", format)}
	if recognition != "" {
		fields = append(fields, p.words("Recognition", recognition))
	}
	return p.Message("voice", fields...)
}

// Video is a video from the album.
func (p Post) Video(mediaID, thumbMediaID string) []byte {
	return p.Message("video", TextField("MediaId", mediaID), TextField("ThumbMediaId", thumbMediaID))
}

// Location is a place sent by hand. x is the latitude and y the longitude, as WeChat
// prints them.
func (p Post) Location(x, y string, scale int, label string) []byte {
	return p.Message("location", BareField("Location_X", x), BareField("Location_Y", y),
		IntField("Scale", int64(scale)), p.words("Label", label))
}

// Link is a forwarded article.
func (p Post) Link(title, description, url string) []byte {
	return p.Message("link", p.words("Title", title), p.words("Description", description), p.words("Url", url))
}

// Subscribe is a new follower; scene and ticket are "" unless a parametric code was
// scanned.
func (p Post) Subscribe(scene, ticket string) []byte {
	if scene == "" {
		return p.Event("subscribe", TextField("EventKey", ""))
	}
	return p.Event("subscribe", TextField("EventKey", "qrscene_"+scene), TextField("Ticket", ticket))
}

// Unsubscribe is a follower who left.
func (p Post) Unsubscribe() []byte { return p.Event("unsubscribe", TextField("EventKey", "")) }

// Scan is a follower who scanned a parametric code.
func (p Post) Scan(scene, ticket string) []byte {
	return p.Event("SCAN", TextField("EventKey", scene), TextField("Ticket", ticket))
}

// Click is a tapped menu button with a key.
func (p Post) Click(key string) []byte { return p.Event("CLICK", TextField("EventKey", key)) }

// View is a tapped menu button with a link.
func (p Post) View(url, menuID string) []byte {
	return p.Event("VIEW", TextField("EventKey", url), BareField("MenuId", menuID))
}

// ViewMiniProgram is a tapped menu button that opens a mini program.
func (p Post) ViewMiniProgram(path, menuID string) []byte {
	return p.Event("view_miniprogram", TextField("EventKey", path), BareField("MenuId", menuID))
}

// ScanCode is a code scanned from the menu; wait tells scancode_waitmsg, which may be
// answered, from scancode_push.
func (p Post) ScanCode(key, scanType, result string, wait bool) []byte {
	name := "scancode_push"
	if wait {
		name = "scancode_waitmsg"
	}
	return p.Event(name, TextField("EventKey", key),
		GroupField("ScanCodeInfo", TextField("ScanType", scanType), p.words("ScanResult", result)))
}

// MenuPhoto announces pictures sent from the menu. kind is pic_sysphoto,
// pic_photo_or_album or pic_weixin; the pictures follow as messages.
func (p Post) MenuPhoto(kind, key string, md5sums ...string) []byte {
	items := make([]Field, len(md5sums))
	for i, sum := range md5sums {
		items[i] = GroupField("item", TextField("PicMd5Sum", sum))
	}
	return p.Event(kind, TextField("EventKey", key), GroupField("SendPicsInfo",
		IntField("Count", int64(len(md5sums))), GroupField("PicList", items...)))
}

// MenuLocation is a place chosen from the menu.
func (p Post) MenuLocation(key, x, y string, scale int, label, poi string) []byte {
	return p.Event("location_select", TextField("EventKey", key), GroupField("SendLocationInfo",
		TextField("Location_X", x), TextField("Location_Y", y), TextField("Scale", strconv.Itoa(scale)),
		p.words("Label", label), p.words("Poiname", poi)))
}

// TemplateSent tells what became of a template message.
func (p Post) TemplateSent(msgID, status string) []byte {
	return p.Event("TEMPLATESENDJOBFINISH", BareField("MsgID", msgID), TextField("Status", status))
}

// KfSession tells that a customer-service session began (create) or ended.
func (p Post) KfSession(create bool, kfAccount string) []byte {
	name := "kf_close_session"
	if create {
		name = "kf_create_session"
	}
	return p.Event(name, TextField("KfAccount", kfAccount))
}
