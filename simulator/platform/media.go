package platform

import (
	"bytes"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"time"

	"github.com/wenzheng/wenzheng/models"
)

// mediaLife is how long a temporary media file lives.
const mediaLife = 72 * time.Hour

// media is an uploaded file.
type media struct {
	id        string
	kind      string
	name      string
	mimeType  string
	body      []byte
	at        time.Time
	permanent bool
	url       string
	intro     string
	articles  []models.Article // of news
}

func mediaRoutes(routes map[string]endpoint) {
	upload := func(handle func(*call) (any, error)) endpoint {
		e := verified(false, true, handle)
		e.binary = true
		return e
	}
	routes["/cgi-bin/media/upload"] = upload(mediaUpload)
	routes["/cgi-bin/media/uploadimg"] = upload(mediaUploadImage)
	routes["/cgi-bin/media/get"] = verified(true, false, mediaDownload)
	routes["/cgi-bin/material/add_material"] = upload(materialAdd)
	routes["/cgi-bin/material/get_material"] = verified(false, true, materialRead)
	routes["/cgi-bin/material/del_material"] = verified(false, true, materialDelete)
	routes["/cgi-bin/material/get_materialcount"] = verified(true, false, materialCount)
	routes["/cgi-bin/material/batchget_material"] = verified(false, true, materialList)
	routes["/cgi-bin/qrcode/create"] = service(false, true, qrCreate)
}

// upload is the file of a multipart call.
func (c *call) upload() (*media, error) {
	_, params, err := mime.ParseMediaType(c.r.Header.Get("Content-Type"))
	if err != nil || params["boundary"] == "" {
		return nil, fault(41005, "media data missing")
	}
	parts := multipart.NewReader(bytes.NewReader(c.body), params["boundary"])
	var file *media
	intro := ""
	for {
		part, err := parts.NextPart()
		if err != nil {
			break
		}
		data, err := io.ReadAll(part)
		if err != nil {
			return nil, fault(41005, "media data missing")
		}
		if part.FileName() == "" {
			intro = string(data)
			continue
		}
		file = &media{name: part.FileName(), body: data, mimeType: http.DetectContentType(data)}
	}
	if file == nil || len(file.body) == 0 {
		return nil, fault(41005, "media data missing")
	}
	file.intro, file.at = intro, c.now
	return file, nil
}

// checkSize holds the platform's bounds of each kind of file.
func (m *media) checkSize() error {
	limits := map[string]struct{ bytes, code int }{
		"image": {10 << 20, 40009}, "voice": {2 << 20, 40010}, "video": {10 << 20, 40011}, "thumb": {64 << 10, 40012},
	}
	limit, known := limits[m.kind]
	if !known {
		return fault(40004, "invalid media type")
	}
	if len(m.body) > limit.bytes {
		return fault(limit.code, "invalid "+m.kind+" size")
	}
	return nil
}

func (c *call) keep(kind string, permanent bool) (*media, error) {
	m, err := c.upload()
	if err != nil {
		return nil, err
	}
	m.kind, m.permanent = kind, permanent
	if err := m.checkSize(); err != nil {
		return nil, err
	}
	m.id = token(32)
	m.url = "http://mmbiz.qpic.cn/mmbiz/" + m.id + "/0"
	c.realm.media[m.id] = m
	c.realm.mediaOrder = append(c.realm.mediaOrder, m.id)
	return m, nil
}

func mediaUpload(c *call) (any, error) {
	m, err := c.keep(c.r.URL.Query().Get("type"), false)
	if err != nil {
		return nil, err
	}
	name := "media_id"
	if m.kind == "thumb" {
		name = "thumb_media_id"
	}
	return obj{"type": m.kind, name: m.id, "created_at": m.at.Unix()}, nil
}

func mediaUploadImage(c *call) (any, error) {
	m, err := c.upload()
	if err != nil {
		return nil, err
	}
	if len(m.body) > 1<<20 {
		return nil, fault(40009, "invalid image size")
	}
	return obj{"url": "http://mmbiz.qpic.cn/mmbiz/" + token(32) + "/0"}, nil
}

// found is a media file that has not expired.
func (r *realm) found(id string, now time.Time) *media {
	m := r.media[id]
	if m == nil || !m.permanent && now.Sub(m.at) > mediaLife {
		return nil
	}
	return m
}

// checkMedia takes any uploaded file; what citizens sent has an id of the simulator.
func (r *realm) checkMedia(id string) error {
	if r.media[id] == nil {
		return fault(40007, "invalid media_id")
	}
	return nil
}

func mediaDownload(c *call) (any, error) {
	m := c.realm.found(c.r.URL.Query().Get("media_id"), c.now)
	if m == nil {
		return nil, fault(40007, "invalid media_id")
	}
	return rawAnswer{contentType: m.mimeType, body: m.body}, nil
}

// Media is an uploaded file of the account, for a page that shows it.
func (p *Platform) Media(appID, id string) (contentType string, body []byte, ok bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	r, known := p.realms[appID]
	if !known {
		return "", nil, false
	}
	m := r.found(id, p.now())
	if m == nil {
		return "", nil, false
	}
	return m.mimeType, m.body, true
}

// SentByCitizen keeps a file a citizen sent, so that the account can fetch it for three
// days, and returns its media id.
func (p *Platform) SentByCitizen(appID, kind, contentType string, body []byte) string {
	p.mu.Lock()
	defer p.mu.Unlock()
	r, known := p.realms[appID]
	if !known {
		return ""
	}
	m := &media{id: token(32), kind: kind, mimeType: contentType, body: body, at: p.now()}
	r.media[m.id] = m
	return m.id
}
