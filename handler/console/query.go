package console

import (
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/wenzheng/wenzheng/models"
)

// query reads the parameters of one request strictly: every one must be known, given once
// and well formed. All faults are named at once.
type query struct {
	values url.Values
	faults []models.FieldError
	known  []string
}

func parseQuery(raw string) *query {
	q := &query{}
	var err error
	if q.values, err = url.ParseQuery(raw); err != nil {
		q.fault("", "地址中的参数写法有误")
	}
	return q
}

func (q *query) fault(name, message string) {
	q.faults = append(q.faults, models.FieldError{Field: name, Message: message})
}

// text is one parameter, "" when absent.
func (q *query) text(name string) string {
	q.known = append(q.known, name)
	list := q.values[name]
	if len(list) > 1 {
		q.fault(name, "只能写一次，多个值用逗号分开")
	}
	if len(list) == 0 {
		return ""
	}
	limit := maxParameter
	if name == "account" {
		limit = maxAccounts
	}
	if len(list[0]) > limit {
		q.fault(name, "太长")
		return ""
	}
	return list[0]
}

// maxParameter bounds one parameter in bytes; the accounts of a person who has many are longer.
const (
	maxParameter = 4096
	maxAccounts  = 16 << 10
)

// optional is one parameter, nil when absent; it may be empty.
func (q *query) optional(name string) *string {
	if s := q.text(name); q.values.Has(name) {
		return &s
	}
	return nil
}

// accounts is the parameter account: AppIDs separated by commas, without repetitions.
func (q *query) accounts() []string {
	const name = "account"
	before := len(q.faults)
	s := q.text(name)
	if !q.values.Has(name) || len(q.faults) > before {
		return nil
	}
	var list []string
	for item := range strings.SplitSeq(s, ",") {
		item = strings.TrimSpace(item)
		if item == "" {
			q.fault(name, "不能为空")
			return nil
		}
		if !slices.Contains(list, item) {
			list = append(list, item)
		}
	}
	return list
}

// account is the parameter account where it must name one.
func (q *query) account() string {
	before := len(q.faults)
	list := q.accounts()
	if len(list) == 1 {
		return list[0]
	}
	if len(q.faults) == before {
		q.fault("account", "请写一个账号")
	}
	return ""
}

// choice is one of the values, the first when absent; that may be "", which nobody can write.
func (q *query) choice(name string, values ...string) string {
	s := q.text(name)
	switch {
	case !q.values.Has(name):
		return values[0]
	case s == "" || !slices.Contains(values, s):
		named := slices.DeleteFunc(slices.Clone(values), func(v string) bool { return v == "" })
		q.fault(name, "应为 "+strings.Join(named, "、")+" 之一")
	}
	return s
}

func (q *query) channel() models.Channel {
	return models.Channel(q.choice("channel", string(models.ChannelChat), string(models.ChannelForm), string(models.ChannelComment)))
}

// window is the days from and to, both included, as a half-open interval; zero where absent.
func (q *query) window() (from, to time.Time) {
	from, to = q.day("from"), q.day("to")
	if !to.IsZero() {
		to = to.AddDate(0, 0, 1)
	}
	if !from.IsZero() && !to.IsZero() && !from.Before(to) {
		q.fault("from", "晚于 to，请对调")
	}
	return from, to
}

func (q *query) day(name string) time.Time {
	s := q.text(name)
	if !q.values.Has(name) {
		return time.Time{}
	}
	t, err := time.ParseInLocation(time.DateOnly, s, models.Shanghai())
	if err != nil || t.Year() < 2000 || t.Year() > 2100 {
		q.fault(name, "应为日期，例 2026-03-01")
		return time.Time{}
	}
	return t
}

// asOf is the instant as_of, zero when absent.
func (q *query) asOf() time.Time {
	const name = "as_of"
	s := q.text(name)
	if !q.values.Has(name) {
		return time.Time{}
	}
	t, err := time.Parse(time.RFC3339, s)
	if err != nil {
		q.fault(name, "应为时刻，例 2026-03-05T12:00:00%2B08:00（加号须写作 %2B）")
	}
	return t
}

func (q *query) number(name string, initial, low, high int) int {
	s := q.text(name)
	if !q.values.Has(name) {
		return initial
	}
	n, err := strconv.Atoi(s)
	if err != nil || n < low || n > high {
		q.fault(name, "应为 "+strconv.Itoa(low)+" 至 "+strconv.Itoa(high)+" 的整数")
		return initial
	}
	return n
}

// optionalNumber is one whole number, nil when absent.
func (q *query) optionalNumber(name string, low, high int) *int {
	n := q.number(name, low, low, high)
	if !q.values.Has(name) {
		return nil
	}
	return &n
}

// err is nil or names every fault, parameters that nobody asked for among them.
func (q *query) err() error {
	names := make([]string, 0, len(q.values))
	for name := range q.values {
		if !slices.Contains(q.known, name) {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	for _, name := range names {
		q.fault(name, "没有这个参数，可用的有 "+strings.Join(q.known, "、"))
	}
	if len(q.faults) == 0 {
		return nil
	}
	return &models.Error{Code: models.CodeInvalid, Message: "请求参数有误", Fields: q.faults}
}
