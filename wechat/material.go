package wechat

import (
	"context"
	"strings"
	"time"

	"github.com/wenzheng/wenzheng/models"
)

const materialAPI = "/cgi-bin/material/batchget_material"

// WeChat gives up to 20 at once. News comes with the whole text of its articles, of which 20 may be
// more than an answer may hold.
const (
	maxMaterials = 20
	maxNews      = 5
)

type wireMaterials struct {
	Total Number         `json:"total_count"`
	Items []wireMaterial `json:"item"`
}

type wireMaterial struct {
	MediaID string `json:"media_id"`
	Name    string `json:"name"`
	URL     string `json:"url"`
	Updated Number `json:"update_time"` // Unix seconds
	Content struct {
		Articles []struct {
			Title  string `json:"title"`
			Digest string `json:"digest"`
			URL    string `json:"url"`
			Cover  string `json:"thumb_url"`
		} `json:"news_item"`
	} `json:"content"`
}

// Materials reads a part of the account's permanent material of a kind, one of models.MaterialKinds
// (developers.weixin.qq.com, batchgetMaterial). What can not be picked is left out.
func (c *Client) Materials(ctx context.Context, kind models.ReplyKind, offset int) (models.MaterialPage, error) {
	page := models.MaterialPage{Materials: []models.Material{}}
	count := maxMaterials
	if kind == models.ReplyNews {
		count = maxNews
	}
	var out wireMaterials
	if err := c.postJSON(ctx, materialAPI, map[string]any{"type": kind, "offset": offset, "count": count}, &out); err != nil {
		return page, err
	}
	for i := range out.Items {
		m := out.Items[i].material()
		if m.MediaID != "" && (kind != models.ReplyNews || len(m.Articles) > 0) {
			page.Materials = append(page.Materials, m)
		}
	}
	page.Total = max(int(out.Total), 0)
	if next := offset + len(out.Items); len(out.Items) > 0 && next < page.Total {
		page.Next = &next
	}
	return page, nil
}

func (w *wireMaterial) material() models.Material {
	line := func(s string) string { return strings.TrimSpace(models.CleanText(s)) }
	m := models.Material{MediaID: line(w.MediaID), Name: line(w.Name), URL: line(w.URL)}
	const year10000 = 253402300800 // no time after it can be written as JSON
	if w.Updated > 0 && w.Updated < year10000-24*60*60 {
		at := time.Unix(int64(w.Updated), 0).In(models.Shanghai())
		m.UpdatedAt = &at
	}
	for _, a := range w.Content.Articles[:min(len(w.Content.Articles), models.MaxArticles)] {
		m.Articles = append(m.Articles, models.Article{Title: line(a.Title), Description: line(a.Digest), PicURL: line(a.Cover), URL: line(a.URL)})
	}
	return m
}
