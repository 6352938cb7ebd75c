package platform

import (
	"bytes"
	"image"
	"image/jpeg"
	"slices"
	"sync"
	"time"

	"github.com/wenzheng/wenzheng/models"
)

// Material is permanent material as somebody keeps it in the back office.
type Material struct {
	ID       string
	Kind     string // image, voice, video or news
	Name     string
	At       time.Time
	Articles []models.Article // of news
}

// SetMaterials makes these the permanent material of the account, the oldest first.
func (p *Platform) SetMaterials(appID string, list []Material) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if r, known := p.realms[appID]; known {
		r.setMaterials(list)
	}
}

func (r *realm) setMaterials(list []Material) {
	r.mediaOrder = slices.DeleteFunc(r.mediaOrder, func(id string) bool {
		permanent := r.media[id].permanent
		if permanent {
			delete(r.media, id)
		}
		return permanent
	})
	for _, given := range list {
		m := &media{id: given.ID, kind: given.Kind, name: given.Name, at: given.At, permanent: true, articles: given.Articles}
		if m.kind != "news" {
			m.url = "http://mmbiz.qpic.cn/mmbiz/" + m.id + "/0"
		}
		if m.kind == "image" {
			m.mimeType, m.body = "image/jpeg", picture()
		}
		r.media[m.id] = m
		r.mediaOrder = append(r.mediaOrder, m.id)
	}
}

// newsItems are the articles of news as the platform tells them.
func (m *media) newsItems() []obj {
	items := make([]obj, len(m.articles))
	for i, a := range m.articles {
		items[i] = obj{
			"title": a.Title, "author": "", "digest": a.Description, "content": "<p>" + a.Description + "</p>", "content_source_url": "",
			"thumb_media_id": m.id, "show_cover_pic": 0, "url": a.URL, "thumb_url": a.PicURL,
		}
	}
	return items
}

// firstMaterials is what an account has kept before the service took over. The ids stay the same, so
// that rules which name them outlast the platform.
func firstMaterials() []Material {
	at := func(day int) time.Time { return time.Date(2026, 3, day, 9, 30, 0, 0, models.Shanghai()) }
	card := func(title, digest, id string) models.Article {
		return models.Article{
			Title: title, Description: digest, PicURL: "http://mmbiz.qpic.cn/mmbiz/" + id + "/0",
			URL: "http://mp.weixin.qq.com/s?__biz=MzSimulator&mid=1&idx=1&sn=" + id,
		}
	}
	return []Material{
		{ID: "material-image-hall", Kind: "image", Name: "政务大厅楼层图.jpg", At: at(2)},
		{ID: "material-image-bus", Kind: "image", Name: "乘车路线.jpg", At: at(3)},
		{ID: "material-image-form", Kind: "image", Name: "居住证申请表样.jpg", At: at(4)},
		{ID: "material-voice-guide", Kind: "voice", Name: "语音导览.mp3", At: at(5)},
		{ID: "material-video-card", Kind: "video", Name: "社保卡怎么补办", At: at(6)},
		{ID: "material-news-guide", Kind: "news", At: at(9), Articles: []models.Article{
			card("居住证办理指南", "带什么、到哪里、几天办好", "permit"), card("公积金提取指南", "六种情形一看就懂", "fund"),
		}},
		{ID: "material-news-flood", Kind: "news", At: at(10), Articles: []models.Article{card("汛期避险须知", "转移路线与求助电话", "flood")}},
	}
}

// picture is a plain image for material that nobody uploaded.
var picture = sync.OnceValue(func() []byte {
	plain := image.NewGray(image.Rect(0, 0, 320, 180))
	for i := range plain.Pix {
		plain.Pix[i] = 0xb8
	}
	var b bytes.Buffer
	_ = jpeg.Encode(&b, plain, nil) // a buffer takes everything
	return b.Bytes()
})
