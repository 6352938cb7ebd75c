package platform

import (
	"cmp"
	"encoding/json"
	"slices"
)

func materialAdd(c *call) (any, error) {
	m, err := c.keep(c.r.URL.Query().Get("type"), true)
	if err != nil {
		return nil, err
	}
	out := obj{"media_id": m.id}
	if m.kind == "image" || m.kind == "thumb" {
		out["url"] = m.url
	}
	return out, nil
}

func (c *call) material() (*media, error) {
	var in struct {
		ID string `json:"media_id"`
	}
	if err := c.decode(&in); err != nil {
		return nil, err
	}
	m := c.realm.media[in.ID]
	if m == nil || !m.permanent {
		return nil, fault(40007, "invalid media_id")
	}
	return m, nil
}

func materialRead(c *call) (any, error) {
	m, err := c.material()
	if err != nil {
		return nil, err
	}
	if m.kind == "news" {
		return obj{"news_item": m.newsItems()}, nil
	}
	if m.kind == "video" {
		return obj{"title": m.name, "description": m.intro, "down_url": m.url}, nil
	}
	return rawAnswer{contentType: m.mimeType, body: m.body}, nil
}

func materialDelete(c *call) (any, error) {
	m, err := c.material()
	if err != nil {
		return nil, err
	}
	delete(c.realm.media, m.id)
	c.realm.mediaOrder = slices.DeleteFunc(c.realm.mediaOrder, func(id string) bool { return id == m.id })
	return done()
}

func (r *realm) materials(kind string) []*media {
	var all []*media
	for _, id := range r.mediaOrder {
		if m := r.media[id]; m.permanent && m.kind == kind {
			all = append(all, m)
		}
	}
	return all
}

func materialCount(c *call) (any, error) {
	count := func(kind string) int { return len(c.realm.materials(kind)) }
	return obj{
		"voice_count": count("voice"), "video_count": count("video"), "image_count": count("image") + count("thumb"),
		"news_count": count("news"),
	}, nil
}

func materialList(c *call) (any, error) {
	var in struct {
		Type   string `json:"type"`
		Offset int    `json:"offset"`
		Count  int    `json:"count"`
	}
	if err := c.decode(&in); err != nil {
		return nil, err
	}
	if !slices.Contains([]string{"image", "voice", "video", "news"}, in.Type) {
		return nil, fault(40004, "invalid media type")
	}
	all := c.realm.materials(in.Type)
	slices.Reverse(all) // the newest first
	page, err := cut(all, in.Offset, in.Count)
	if err != nil {
		return nil, err
	}
	items := []obj{}
	for _, m := range page {
		item := obj{"media_id": m.id, "update_time": m.at.Unix()}
		if m.kind == "news" {
			item["content"] = obj{"news_item": m.newsItems(), "create_time": m.at.Unix(), "update_time": m.at.Unix()}
		} else {
			item["name"], item["url"] = m.name, m.url
		}
		items = append(items, item)
	}
	return obj{"total_count": len(all), "item_count": len(items), "item": items}, nil
}

// cut is a page of a list: 1 to 20 items.
func cut[T any](all []T, offset, count int) ([]T, error) {
	if offset < 0 || count < 1 || count > 20 {
		return nil, fault(40097, "invalid args")
	}
	from := min(offset, len(all))
	return all[from:min(from+count, len(all))], nil
}

// qrCreate makes a parametric code. The page is told the scene, so nothing is kept of it.
func qrCreate(c *call) (any, error) {
	var in struct {
		Expire int    `json:"expire_seconds"`
		Action string `json:"action_name"`
		Info   struct {
			Scene struct {
				ID  json.Number `json:"scene_id"`
				Str string      `json:"scene_str"`
			} `json:"scene"`
		} `json:"action_info"`
	}
	if err := c.decode(&in); err != nil {
		return nil, err
	}
	scene := cmp.Or(in.Info.Scene.Str, in.Info.Scene.ID.String())
	switch {
	case !slices.Contains([]string{"QR_SCENE", "QR_STR_SCENE", "QR_LIMIT_SCENE", "QR_LIMIT_STR_SCENE"}, in.Action):
		return nil, fault(40053, "invalid action info")
	case scene == "" || len(scene) > 64:
		return nil, fault(40053, "invalid action info")
	}
	if in.Expire <= 0 || in.Expire > 2_592_000 {
		in.Expire = 60
	}
	ticket := "gQ" + token(36)
	return obj{"ticket": ticket, "expire_seconds": in.Expire, "url": "http://weixin.qq.com/q/" + ticket[:20]}, nil
}
