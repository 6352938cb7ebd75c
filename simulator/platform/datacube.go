package platform

import (
	"maps"
	"slices"
	"time"

	"github.com/wenzheng/wenzheng/models"
)

func datacubeRoutes(routes map[string]endpoint) {
	for path, span := range map[string]struct {
		days   int
		handle func(*call, []string) []obj
	}{
		"getusersummary": {7, userSummary}, "getusercumulate": {7, userCumulate},
		"getarticleread": {1, articleRead}, "getarticleshare": {1, articleShare},
		"getbizsummary": {30, bizSummary}, "getarticletotaldetail": {30, articleDetail},
		"getupstreammsg": {7, upstreamByDay}, "getupstreammsghour": {1, upstreamByHour},
		"getupstreammsgweek": {30, upstreamByWeek}, "getupstreammsgmonth": {30, upstreamByMonth},
		"getupstreammsgdist": {15, spreadByDay}, "getupstreammsgdistweek": {30, spreadByWeek},
		"getupstreammsgdistmonth": {30, spreadByMonth},
		"getinterfacesummary":     {30, interfaceByDay}, "getinterfacesummaryhour": {1, interfaceByHour},
	} {
		news := path == "getarticleread" || path == "getarticleshare" || path == "getbizsummary" || path == "getarticletotaldetail"
		routes["/datacube/"+path] = verified(false, true, func(c *call) (any, error) {
			days, err := c.days(span.days)
			if err != nil {
				return nil, err
			}
			out := obj{"list": append([]obj{}, span.handle(c, days)...)}
			if news {
				out["is_delay"] = false
			}
			return out, nil
		})
	}
}

// days reads the asked period: whole days of the platform, the last one yesterday.
func (c *call) days(most int) ([]string, error) {
	var in struct {
		Begin string `json:"begin_date"`
		End   string `json:"end_date"`
	}
	if err := c.decode(&in); err != nil {
		return nil, err
	}
	from, err1 := time.ParseInLocation(time.DateOnly, in.Begin, models.Shanghai())
	to, err2 := time.ParseInLocation(time.DateOnly, in.End, models.Shanghai())
	if err1 != nil || err2 != nil {
		return nil, fault(61500, "date format error")
	}
	if to.Before(from) || !to.Before(today(c.now)) || to.Sub(from) >= time.Duration(most)*24*time.Hour {
		return nil, fault(61501, "date range error")
	}
	var days []string
	for d := from; !d.After(to); d = d.AddDate(0, 0, 1) {
		days = append(days, d.Format(time.DateOnly))
	}
	return days, nil
}

func today(now time.Time) time.Time {
	y, m, d := now.In(models.Shanghai()).Date()
	return time.Date(y, m, d, 0, 0, 0, 0, models.Shanghai())
}

func userSummary(c *call, days []string) (list []obj) {
	for _, day := range days {
		if f := c.realm.stats.follows[day]; f != nil {
			list = append(list, obj{"ref_date": day, "user_source": 0, "new_user": f.came, "cancel_user": f.left})
		}
	}
	return list
}

func userCumulate(c *call, days []string) (list []obj) {
	for _, day := range days {
		list = append(list, obj{"ref_date": day, "user_source": 0, "cumulate_user": c.realm.stats.cumulated(day)})
	}
	return list
}

// typeCode is the number of a message type in the statistics.
func typeCode(msgType string) int {
	switch msgType {
	case "text":
		return 1
	case "image":
		return 2
	case "voice":
		return 3
	case "video", "shortvideo":
		return 4
	}
	return 6
}

// upstream lists messages by type for the hours that match.
func (c *call) upstream(base obj, match func(hour) bool) (list []obj) {
	users, messages := map[int]map[string]bool{}, map[int]int{}
	for msgType, senders := range c.realm.stats.senders(match) {
		code := typeCode(msgType)
		if users[code] == nil {
			users[code] = map[string]bool{}
		}
		for openID, n := range senders {
			users[code][openID] = true
			messages[code] += n
		}
	}
	for _, code := range slices.Sorted(maps.Keys(messages)) {
		row := maps.Clone(base)
		row["msg_type"], row["msg_user"], row["msg_count"] = code, len(users[code]), messages[code]
		list = append(list, row)
	}
	return list
}

// spread lists how many citizens wrote how often: 1 = 1 to 5 times, 2 = 6 to 10, 3 = more.
func (c *call) spread(base obj, match func(hour) bool) (list []obj) {
	total := map[string]int{}
	for _, senders := range c.realm.stats.senders(match) {
		for openID, n := range senders {
			total[openID] += n
		}
	}
	users := map[int]int{}
	for _, n := range total {
		switch {
		case n <= 5:
			users[1]++
		case n <= 10:
			users[2]++
		default:
			users[3]++
		}
	}
	for _, interval := range slices.Sorted(maps.Keys(users)) {
		row := maps.Clone(base)
		row["count_interval"], row["msg_user"] = interval, users[interval]
		list = append(list, row)
	}
	return list
}

func ofDay(day string) func(hour) bool { return func(h hour) bool { return h.day == day } }

// periods are the weeks or months the days lie in, each named by its first day.
func periods(days []string, firstOf func(time.Time) time.Time, next func(time.Time) time.Time, each func(first string, match func(hour) bool)) {
	seen := map[string]bool{}
	for _, day := range days {
		d, err := time.ParseInLocation(time.DateOnly, day, models.Shanghai())
		if err != nil {
			continue
		}
		start := firstOf(d)
		from, to := start.Format(time.DateOnly), next(start).Format(time.DateOnly)
		if seen[from] {
			continue
		}
		seen[from] = true
		each(from, func(h hour) bool { return h.day >= from && h.day < to })
	}
}

func weekStart(t time.Time) time.Time { return t.AddDate(0, 0, -(int(t.Weekday())+6)%7) }

func nextWeek(t time.Time) time.Time { return t.AddDate(0, 0, 7) }

func monthStart(t time.Time) time.Time { return t.AddDate(0, 0, 1-t.Day()) }

func nextMonth(t time.Time) time.Time { return t.AddDate(0, 1, 0) }

func upstreamByDay(c *call, days []string) (list []obj) {
	for _, day := range days {
		list = append(list, c.upstream(obj{"ref_date": day}, ofDay(day))...)
	}
	return list
}

func upstreamByHour(c *call, days []string) (list []obj) {
	for _, day := range days {
		for of := range 24 {
			list = append(list, c.upstream(obj{"ref_date": day, "ref_hour": of * 100}, func(h hour) bool { return h == hour{day, of} })...)
		}
	}
	return list
}

func upstreamByWeek(c *call, days []string) (list []obj) {
	periods(days, weekStart, nextWeek, func(first string, match func(hour) bool) {
		list = append(list, c.upstream(obj{"ref_date": first}, match)...)
	})
	return list
}

func upstreamByMonth(c *call, days []string) (list []obj) {
	periods(days, monthStart, nextMonth, func(first string, match func(hour) bool) {
		list = append(list, c.upstream(obj{"ref_date": first}, match)...)
	})
	return list
}

func spreadByDay(c *call, days []string) (list []obj) {
	for _, day := range days {
		list = append(list, c.spread(obj{"ref_date": day}, ofDay(day))...)
	}
	return list
}

func spreadByWeek(c *call, days []string) (list []obj) {
	periods(days, weekStart, nextWeek, func(first string, match func(hour) bool) {
		list = append(list, c.spread(obj{"ref_date": first}, match)...)
	})
	return list
}

func spreadByMonth(c *call, days []string) (list []obj) {
	periods(days, monthStart, nextMonth, func(first string, match func(hour) bool) {
		list = append(list, c.spread(obj{"ref_date": first}, match)...)
	})
	return list
}

// interfaceRow is the row of some hours. The platform's documents name the maximum
// max_time_cost, its samples max_time_count: both are given.
func (c *call) interfaceRow(base obj, match func(hour) bool) []obj {
	sum := c.realm.stats.callsOf(match)
	if sum.count == 0 {
		return nil
	}
	base["callback_count"], base["fail_count"] = sum.count, sum.failed
	base["total_time_cost"] = int(sum.total)
	base["max_time_cost"], base["max_time_count"] = int(sum.max), int(sum.max)
	return []obj{base}
}

func interfaceByDay(c *call, days []string) (list []obj) {
	for _, day := range days {
		list = append(list, c.interfaceRow(obj{"ref_date": day}, ofDay(day))...)
	}
	return list
}

func interfaceByHour(c *call, days []string) (list []obj) {
	for _, day := range days {
		for of := range 24 {
			list = append(list, c.interfaceRow(obj{"ref_date": day, "ref_hour": of * 100}, func(h hour) bool { return h == hour{day, of} })...)
		}
	}
	return list
}
