package platform

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/wenzheng/wenzheng/models"
)

type draftInput struct {
	MediaID   string           `json:"media_id"`
	Index     int              `json:"index"`
	Articles  json.RawMessage  `json:"articles"`
	PublishID json.Number      `json:"publish_id"`
	ArticleID string           `json:"article_id"`
	Offset    int              `json:"offset"`
	Count     int              `json:"count"`
	NoContent int              `json:"no_content"`
	parsed    []map[string]any `json:"-"`
}

func (c *call) draftInput() (draftInput, error) {
	var in draftInput
	err := c.decode(&in)
	return in, err
}

func checkArticles(articles []map[string]any) error {
	if len(articles) == 0 || len(articles) > models.MaxArticles {
		return fault(45008, "article size out of limit")
	}
	for _, a := range articles {
		title, _ := a["title"].(string)
		content, _ := a["content"].(string)
		switch {
		case strings.TrimSpace(title) == "" || len([]rune(title)) > 64:
			return fault(45003, "title size out of limit")
		case content == "":
			return fault(44004, "empty content")
		}
	}
	return nil
}

func draftAdd(c *call) (any, error) {
	in, err := c.draftInput()
	if err != nil {
		return nil, err
	}
	if json.Unmarshal(in.Articles, &in.parsed) != nil {
		return nil, fault(47001, "data format error")
	}
	if err := checkArticles(in.parsed); err != nil {
		return nil, err
	}
	d := &post{id: token(32), articles: in.parsed, at: c.now}
	c.realm.drafts = append(c.realm.drafts, d)
	return obj{"media_id": d.id}, nil
}

func (r *realm) draft(id string) (*post, error) {
	at := slices.IndexFunc(r.drafts, func(d *post) bool { return d.id == id })
	if at < 0 {
		return nil, fault(40007, "invalid media_id")
	}
	return r.drafts[at], nil
}

func draftRead(c *call) (any, error) {
	in, err := c.draftInput()
	if err != nil {
		return nil, err
	}
	d, err := c.realm.draft(in.MediaID)
	if err != nil {
		return nil, err
	}
	return d.content(false), nil
}

func draftUpdate(c *call) (any, error) {
	in, err := c.draftInput()
	if err != nil {
		return nil, err
	}
	d, err := c.realm.draft(in.MediaID)
	if err != nil {
		return nil, err
	}
	var article map[string]any
	if json.Unmarshal(in.Articles, &article) != nil || in.Index < 0 || in.Index >= len(d.articles) {
		return nil, fault(40097, "invalid args")
	}
	if err := checkArticles([]map[string]any{article}); err != nil {
		return nil, err
	}
	d.articles[in.Index], d.at = article, c.now
	return done()
}

func draftDelete(c *call) (any, error) {
	in, err := c.draftInput()
	if err != nil {
		return nil, err
	}
	if _, err := c.realm.draft(in.MediaID); err != nil {
		return nil, err
	}
	c.realm.drafts = slices.DeleteFunc(c.realm.drafts, func(d *post) bool { return d.id == in.MediaID })
	return done()
}

func draftCount(c *call) (any, error) { return obj{"total_count": len(c.realm.drafts)}, nil }

func draftList(c *call) (any, error) {
	in, err := c.draftInput()
	if err != nil {
		return nil, err
	}
	page, err := cut(c.realm.drafts, in.Offset, in.Count)
	if err != nil {
		return nil, err
	}
	items := []obj{}
	for _, d := range page {
		items = append(items, obj{"media_id": d.id, "content": d.content(in.NoContent == 1), "update_time": d.at.Unix()})
	}
	return obj{"total_count": len(c.realm.drafts), "item_count": len(items), "item": items}, nil
}

// issue turns a draft into something readers see.
