package platform

import (
	"encoding/json"
	"slices"
	"time"

	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/simulator"
)

// massJob is a message to many followers.
type massJob struct {
	id   uint64
	data uint64
	at   time.Time
	sent int
}

// Mass messages a 公众号 may send a day, and a 服务号 a month to one follower.
const (
	massPerDay   = 1
	massPerMonth = 4
)

func massRoutes(routes map[string]endpoint) {
	routes["/cgi-bin/message/mass/sendall"] = verified(false, true, func(c *call) (any, error) { return massSend(c, false) })
	routes["/cgi-bin/message/mass/send"] = verified(false, true, func(c *call) (any, error) { return massSend(c, false) })
	routes["/cgi-bin/message/mass/preview"] = verified(false, true, func(c *call) (any, error) { return massSend(c, true) })
	routes["/cgi-bin/message/mass/get"] = verified(false, true, massStatus)
	routes["/cgi-bin/message/mass/delete"] = verified(false, true, massDelete)
	routes["/cgi-bin/message/mass/speed/get"] = verified(false, true, massSpeed)
	routes["/cgi-bin/message/mass/speed/set"] = verified(false, true, func(*call) (any, error) { return done() })
}

type massInput struct {
	Filter struct {
		ToAll bool `json:"is_to_all"`
		TagID int  `json:"tag_id"`
	} `json:"filter"`
	ToUser json.RawMessage `json:"touser"`
	Type   string          `json:"msgtype"`
	News   struct {
		MediaID string `json:"media_id"`
	} `json:"mpnews"`
	Text struct {
		Content string `json:"content"`
	} `json:"text"`
	Image struct {
		MediaID string `json:"media_id"`
	} `json:"image"`
	Images struct {
		MediaIDs []string `json:"media_ids"`
	} `json:"images"`
	ClientMsgID string `json:"clientmsgid"`
	MsgID       uint64 `json:"msg_id"`
}

func massSend(c *call, preview bool) (any, error) {
	var in massInput
	if err := c.decode(&in); err != nil {
		return nil, err
	}
	to, err := c.recipients(&in)
	if err != nil {
		return nil, err
	}
	draft, b, err := c.massContent(&in)
	if err != nil {
		return nil, err
	}
	if preview {
		c.pushAll(to, b)
		return obj{"errcode": 0, "errmsg": "preview success", "msg_id": c.nextID()}, nil
	}
	if in.ClientMsgID != "" {
		if id, sent := c.realm.clientIDs[in.ClientMsgID]; sent {
			return obj{"errcode": 45065, "errmsg": "clientmsgid exist", "msg_id": id}, nil
		}
	}
	if err := c.realm.massQuota(c.now); err != nil {
		return nil, err
	}
	job := &massJob{id: c.nextID(), at: c.now, sent: len(to)}
	job.data = job.id + 1
	var issued *post
	if draft != nil {
		issued = c.issue(draft, true)
		job.data, b = issued.msgDataID, issued.card()
	}
	c.realm.clientIDs[in.ClientMsgID] = job.id
	c.realm.mass = append(c.realm.mass, job)
	c.pushAll(to, b)
	c.tell(func(p simulator.Post) []byte { return job.finished(p, issued) }, c.realm.account.OriginalID)
	return obj{"errcode": 0, "errmsg": "send job submission success", "msg_id": job.id, "msg_data_id": job.data}, nil
}

func (c *call) pushAll(to []string, b Bubble) {
	for _, openID := range to {
		c.push(openID, b)
	}
}

// recipients are the followers a mass message goes to.
func (c *call) recipients(in *massInput) ([]string, error) {
	var one string
	var many []string
	switch {
	case len(in.ToUser) == 0 && in.Filter.ToAll:
		return c.realm.subscribers(), nil
	case len(in.ToUser) == 0:
		if _, err := c.realm.tagIndex(in.Filter.TagID); err != nil {
			return nil, err
		}
		return c.realm.members(in.Filter.TagID), nil
	case json.Unmarshal(in.ToUser, &one) == nil:
		many = []string{one}
	case json.Unmarshal(in.ToUser, &many) != nil:
		return nil, fault(47001, "data format error")
	}
	for _, openID := range many {
		if _, err := c.realm.known(openID); err != nil {
			return nil, err
		}
	}
	return many, nil
}

func (c *call) massContent(in *massInput) (*post, Bubble, error) {
	switch in.Type {
	case "text":
		return nil, Bubble{Kind: "text", Text: in.Text.Content}, checkText(in.Text.Content)
	case "mpnews":
		d, err := c.realm.draft(in.News.MediaID)
		if err != nil {
			return nil, Bubble{}, err
		}
		card := d.card()
		return d, card, nil
	case "image":
		id := in.Image.MediaID
		if id == "" && len(in.Images.MediaIDs) > 0 {
			id = in.Images.MediaIDs[0]
		}
		return nil, Bubble{Kind: "image", MediaID: id}, c.realm.checkMedia(id)
	}
	return nil, Bubble{}, fault(40008, "invalid message type")
}

// massQuota refuses what the account may not send any more.
func (r *realm) massQuota(now time.Time) error {
	layout, most := time.DateOnly, massPerDay
	if r.account.Kind == "service" {
		layout, most = "2006-01", massPerMonth
	}
	used := 0
	for _, job := range r.mass {
		if job.at.In(models.Shanghai()).Format(layout) == now.In(models.Shanghai()).Format(layout) {
			used++
		}
	}
	if used >= most {
		return fault(45028, "has no masssend quota")
	}
	return nil
}

// finished is the event that closes the job.
func (j *massJob) finished(p simulator.Post, issued *post) []byte {
	count := func(name string, n int) simulator.Field { return simulator.IntField(name, int64(n)) }
	articles := []simulator.Field{count("Count", 0)}
	if issued != nil {
		items := make([]simulator.Field, 0, len(issued.articles))
		for i := range issued.articles {
			items = append(items, simulator.GroupField("item", count("ArticleIdx", i+1), simulator.TextField("ArticleUrl", issued.address(i+1))))
		}
		articles = []simulator.Field{count("Count", len(items)), simulator.GroupField("ResultList", items...)}
	}
	return p.Event("MASSSENDJOBFINISH",
		simulator.IntField("MsgID", int64(j.id)), simulator.TextField("Status", "send success"), //nolint:gosec // counts from 2 milliard
		count("TotalCount", j.sent), count("FilterCount", j.sent), count("SentCount", j.sent), count("ErrorCount", 0),
		simulator.GroupField("CopyrightCheckResult", count("Count", 0), simulator.TextField("ResultList", ""), count("CheckState", 0)),
		simulator.GroupField("ArticleUrlResult", articles...))
}

func (c *call) massJob() (*massJob, error) {
	var in massInput
	if err := c.decode(&in); err != nil {
		return nil, err
	}
	at := slices.IndexFunc(c.realm.mass, func(j *massJob) bool { return j.id == in.MsgID })
	if at < 0 {
		return nil, fault(40059, "invalid msg id")
	}
	return c.realm.mass[at], nil
}

func massStatus(c *call) (any, error) {
	job, err := c.massJob()
	if err != nil {
		return nil, err
	}
	return obj{"msg_id": job.id, "msg_status": "SEND_SUCCESS"}, nil
}

func massDelete(c *call) (any, error) {
	job, err := c.massJob()
	if err != nil {
		return nil, err
	}
	for _, d := range c.realm.articles {
		d.deleted = d.deleted || d.msgDataID == job.data
	}
	return done()
}

func massSpeed(*call) (any, error) { return obj{"speed": 3, "realspeed": 15}, nil }
