package rulebook

import (
	"cmp"
	"encoding/base64"
	"encoding/json"
	"strings"

	"github.com/wenzheng/wenzheng/models"
)

// placed is a rule with its place.
type placed struct {
	entry *entry
	key   sortKey
}

// sortKey is the place of a rule in every order.
type sortKey struct {
	Name     string `json:"n"`
	Hits     int    `json:"h"`
	LastHit  int64  `json:"l"`
	Updated  int64  `json:"u"`
	Priority int    `json:"p"`
	ID       int64  `json:"i,string"`
}

func (v *view) key(e *entry) sortKey {
	c := v.hits.counts[e.id]
	last := int64(0)
	if !c.Last.IsZero() {
		last = c.Last.UnixMicro()
	}
	return sortKey{e.last.Name, c.Hits, last, e.last.UpdatedAt.UnixMicro(), e.last.Priority, e.id}
}

// orderOf compares places in the order of the request, ties by name and id.
func orderOf(q *TableRequest) func(a, b sortKey) int {
	sign := 1
	if q.Reverse {
		sign = -1
	}
	return func(a, b sortKey) int {
		var n int
		switch q.Sort {
		case "hits":
			n = cmp.Compare(b.Hits, a.Hits)
		case "last_hit":
			n = cmp.Compare(b.LastHit, a.LastHit)
		case "updated":
			n = cmp.Compare(b.Updated, a.Updated)
		case "priority":
			n = cmp.Compare(b.Priority, a.Priority)
		default:
			n = strings.Compare(a.Name, b.Name)
		}
		return cmp.Or(sign*n, strings.Compare(a.Name, b.Name), cmp.Compare(a.ID, b.ID))
	}
}

// cursor says behind which rule the next page begins, though that rule may change or go.
func (k *sortKey) cursor() string {
	return base64.RawURLEncoding.EncodeToString([]byte(models.JSON(k)))
}

func readCursor(text string) (sortKey, error) {
	var last sortKey
	data, err := base64.RawURLEncoding.DecodeString(text)
	if err == nil {
		err = json.Unmarshal(data, &last)
	}
	if err != nil {
		return last, models.FieldFault("请求参数有误", "after", "请用上一页给出的 next")
	}
	return last, nil
}
