package platform

import (
	"slices"
	"strconv"
	"time"

	"github.com/wenzheng/wenzheng/models"
)

func is(msgID string) func(string) bool { return func(other string) bool { return other == msgID } }

func anyArticle(string) bool { return true }

// figures are the counts of an article, or of all, over some days.
func (c *call) figures(days []string, of func(string) bool) obj {
	s := c.realm.stats
	count := func(action string) int {
		n, _ := s.users(days, action, of)
		return n
	}
	_, comments := s.users(days, actionComment, of)
	read := count(actionRead)
	finish := 0.0
	if read > 0 {
		finish = float64(count(actionFinish)) / float64(read)
	}
	return obj{
		"read_user": read, "read_user_source": []obj{{"user_count": read, "scene_desc": "全部"}, {"user_count": read, "scene_desc": "公众号消息"}},
		"share_user": count(actionShare), "zaikan_user": count(actionZaikan), "like_user": count(actionLike),
		"comment_count": comments, "collection_user": count(actionFav), "read_finish_rate": finish,
	}
}

func articleRead(c *call, days []string) (list []obj) {
	for _, day := range days {
		for _, msgID := range c.realm.stats.readOn(day) {
			f := c.figures([]string{day}, is(msgID))
			list = append(list, obj{"ref_date": day, "msgid": msgID, "detail": obj{
				"read_user": f["read_user"], "read_user_source": f["read_user_source"],
			}})
		}
	}
	return list
}

func articleShare(c *call, days []string) (list []obj) {
	for _, day := range days {
		for _, msgID := range c.realm.stats.readOn(day) {
			n, _ := c.realm.stats.users([]string{day}, actionShare, is(msgID))
			list = append(list, obj{"ref_date": day, "msgid": msgID, "detail": obj{
				"share_user": n, "share_user_source": []obj{{"user_count": n, "scene_desc": "全部"}},
			}})
		}
	}
	return list
}

func bizSummary(c *call, days []string) (list []obj) {
	for _, day := range days {
		list = append(list, obj{"ref_date": day, "detail": c.figures([]string{day}, anyArticle)})
	}
	return list
}

// articleDetail lists what was published on the days: of each article and day since, up
// to thirty, the sums from publication to that day.
func articleDetail(c *call, days []string) (list []obj) {
	for _, d := range c.realm.articles {
		published := hourOf(d.at).day
		if d.deleted || !slices.Contains(days, published) {
			continue
		}
		for i, a := range d.articles {
			msgID := strconv.FormatUint(d.msgDataID, 10) + "_" + strconv.Itoa(i+1)
			publishType := 1
			if d.notified {
				publishType = 0
			}
			list = append(list, obj{
				"ref_date": published, "msgid": msgID, "title": a["title"], "content_url": d.address(i + 1),
				"publish_type": publishType, "detail_list": c.since(published, msgID),
			})
		}
	}
	return list
}

func (c *call) since(published, msgID string) []obj {
	list := []obj{}
	var days []string
	first, err := time.ParseInLocation(time.DateOnly, published, models.Shanghai())
	if err != nil {
		return list
	}
	for d := first; d.Before(today(c.now)) && len(days) < 30; d = d.AddDate(0, 0, 1) {
		days = append(days, d.Format(time.DateOnly))
		row := c.figures(days, is(msgID))
		row["stat_date"] = days[len(days)-1]
		list = append(list, row)
	}
	return list
}
