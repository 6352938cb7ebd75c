package platform

import (
	"slices"
	"strconv"
	"time"

	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/simulator"
)

// post is a draft, or what became of it: articles that are published or sent to all.
type post struct {
	id        string // media_id of the draft
	articles  []map[string]any
	at        time.Time
	publishID uint64
	articleID string // once published
	msgDataID uint64
	notified  bool // sent to all followers rather than only published
	deleted   bool
}

func publishRoutes(routes map[string]endpoint) {
	routes["/cgi-bin/draft/add"] = verified(false, true, draftAdd)
	routes["/cgi-bin/draft/get"] = verified(false, true, draftRead)
	routes["/cgi-bin/draft/update"] = verified(false, true, draftUpdate)
	routes["/cgi-bin/draft/delete"] = verified(false, true, draftDelete)
	routes["/cgi-bin/draft/count"] = verified(true, false, draftCount)
	routes["/cgi-bin/draft/batchget"] = verified(false, true, draftList)
	routes["/cgi-bin/freepublish/submit"] = verified(false, true, publishSubmit)
	routes["/cgi-bin/freepublish/get"] = verified(false, true, publishStatus)
	routes["/cgi-bin/freepublish/getarticle"] = verified(false, true, publishArticle)
	routes["/cgi-bin/freepublish/delete"] = verified(false, true, publishDelete)
	routes["/cgi-bin/freepublish/batchget"] = verified(false, true, publishList)
}

func (d *post) content(bare bool) obj {
	items := make([]obj, len(d.articles))
	for i, a := range d.articles {
		item := obj{"url": d.address(i + 1), "is_deleted": d.deleted}
		for name, value := range a {
			if !bare || name != "content" {
				item[name] = value
			}
		}
		items[i] = item
	}
	return obj{"news_item": items, "create_time": d.at.Unix(), "update_time": d.at.Unix()}
}

func (d *post) address(index int) string {
	return "http://mp.weixin.qq.com/s?__biz=MzSimulator&mid=" + strconv.FormatUint(d.msgDataID, 10) + "&idx=" + strconv.Itoa(index) + "&sn=" + d.id[:8]
}

func (c *call) issue(d *post, notified bool) *post {
	out := &post{
		id: d.id, articles: d.articles, at: c.now, publishID: c.nextID(), msgDataID: c.nextID(),
		articleID: token(22)[:43], notified: notified,
	}
	c.realm.articles = append(c.realm.articles, out)
	return out
}

func publishSubmit(c *call) (any, error) {
	in, err := c.draftInput()
	if err != nil {
		return nil, err
	}
	d, err := c.realm.draft(in.MediaID)
	if err != nil {
		return nil, err
	}
	out := c.issue(d, false)
	c.realm.drafts = slices.DeleteFunc(c.realm.drafts, func(old *post) bool { return old == d })
	c.tell(out.finished, c.realm.account.OriginalID)
	return obj{"errcode": 0, "errmsg": "ok", "publish_id": strconv.FormatUint(out.publishID, 10), "msg_data_id": out.msgDataID}, nil
}

// finished is the event that tells how publishing went.
func (d *post) finished(p simulator.Post) []byte {
	detail := []simulator.Field{simulator.IntField("count", int64(len(d.articles)))}
	for i := range d.articles {
		detail = append(detail, simulator.GroupField("item", simulator.IntField("idx", int64(i+1)), simulator.TextField("article_url", d.address(i+1))))
	}
	return p.Event("PUBLISHJOBFINISH", simulator.GroupField("PublishEventInfo",
		simulator.IntField("publish_id", int64(d.publishID)), simulator.IntField("publish_status", 0), //nolint:gosec // counts from 2 milliard
		simulator.TextField("article_id", d.articleID), simulator.GroupField("article_detail", detail...)))
}

func (r *realm) published(match func(*post) bool) (*post, error) {
	at := slices.IndexFunc(r.articles, func(d *post) bool { return !d.deleted && match(d) })
	if at < 0 {
		return nil, fault(53600, "article not exist")
	}
	return r.articles[at], nil
}

func publishStatus(c *call) (any, error) {
	in, err := c.draftInput()
	if err != nil {
		return nil, err
	}
	d, err := c.realm.published(func(d *post) bool { return strconv.FormatUint(d.publishID, 10) == in.PublishID.String() })
	if err != nil {
		return nil, err
	}
	items := []obj{}
	for i := range d.articles {
		items = append(items, obj{"idx": i + 1, "article_url": d.address(i + 1)})
	}
	return obj{
		"publish_id": in.PublishID.String(), "publish_status": 0, "article_id": d.articleID,
		"article_detail": obj{"count": len(items), "item": items}, "fail_idx": []int{},
	}, nil
}

func (c *call) publishedArticle() (*post, error) {
	in, err := c.draftInput()
	if err != nil {
		return nil, err
	}
	return c.realm.published(func(d *post) bool { return d.articleID == in.ArticleID })
}

func publishArticle(c *call) (any, error) {
	d, err := c.publishedArticle()
	if err != nil {
		return nil, err
	}
	return d.content(false), nil
}

func publishDelete(c *call) (any, error) {
	d, err := c.publishedArticle()
	if err != nil {
		return nil, err
	}
	d.deleted = true
	return done()
}

func publishList(c *call) (any, error) {
	in, err := c.draftInput()
	if err != nil {
		return nil, err
	}
	all := slices.DeleteFunc(slices.Clone(c.realm.articles), func(d *post) bool { return d.deleted })
	page, err := cut(all, in.Offset, in.Count)
	if err != nil {
		return nil, err
	}
	items := []obj{}
	for _, d := range page {
		items = append(items, obj{"article_id": d.articleID, "content": d.content(in.NoContent == 1), "update_time": d.at.Unix()})
	}
	return obj{"total_count": len(all), "item_count": len(items), "item": items}, nil
}

// articleBubble is a published article as a card in the chat.
func (r *realm) articleBubble(b Bubble, articleID string) (Bubble, error) {
	d, err := r.published(func(d *post) bool { return d.articleID == articleID })
	if err != nil {
		return b, err
	}
	return d.card(), nil
}

func (d *post) card() Bubble {
	b := Bubble{Kind: "news"}
	for i, a := range d.articles {
		title, _ := a["title"].(string)
		digest, _ := a["digest"].(string)
		b.Articles = append(b.Articles, models.Article{Title: title, Description: digest, URL: d.address(i + 1)})
	}
	return b
}
