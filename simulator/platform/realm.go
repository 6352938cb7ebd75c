package platform

import (
	"slices"
	"time"

	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/simulator"
)

// realm is all the platform knows of one account. The platform's lock guards it.
type realm struct {
	account  models.Account
	stable   credential
	legacy   credential
	retired  []credential // replaced tokens, good or remembered until their time
	forcedAt time.Time
	used     map[string]*usage // calls by path
	clears   map[string]int    // by month

	followers map[string]*follower
	order     []string // OpenIDs as they came
	tags      []tag
	tagID     int

	menu        []MenuButton
	conditional []conditional

	workers  []*worker
	sessions map[string]*session // by OpenID
	records  []kfRecord

	templates []*template
	clientIDs map[string]uint64 // messages sent, by the caller's id

	media      map[string]*media
	mediaOrder []string

	drafts   []*post
	articles []*post
	mass     []*massJob
	stats    *statistics
}

// usage counts the calls of one path on one day.
type usage struct {
	day  string
	used int
}

func newRealm(a models.Account) *realm {
	if a.OriginalID == "" {
		a.OriginalID = simulator.OriginalID(a.AppID)
	}
	r := &realm{
		account: a, used: map[string]*usage{}, clears: map[string]int{}, followers: map[string]*follower{},
		sessions: map[string]*session{}, templates: firstTemplates(), clientIDs: map[string]uint64{},
		media: map[string]*media{}, stats: newStatistics(),
	}
	r.setMaterials(firstMaterials())
	return r
}

// spend counts a call and refuses it when the day's quota is used up; 0 = no quota.
func (r *realm) spend(path string, daily int, now time.Time) error {
	u := r.usage(path, now)
	if daily > 0 && u.used >= daily {
		return fault(45009, "reach max api daily quota limit")
	}
	u.used++
	return nil
}

func (r *realm) usage(path string, now time.Time) *usage {
	day := now.In(models.Shanghai()).Format(time.DateOnly)
	u := r.used[path]
	if u == nil || u.day != day {
		u = &usage{day: day}
		r.used[path] = u
	}
	return u
}

func issue(now time.Time) credential {
	return credential{token: "9" + token(tokenBytes), expires: now.Add(tokenLife)}
}

// retire keeps a replaced token until its shortened end, and remembers it for a day so
// that its use is told from that of a token never given out.
func (r *realm) retire(t credential, until time.Time) {
	if t.token == "" {
		return
	}
	if until.Before(t.expires) {
		t.expires = until
	}
	r.retired = slices.DeleteFunc(r.retired, func(old credential) bool { return until.Sub(old.expires) > 24*time.Hour })
	r.retired = append(r.retired, t)
}

type standing int

const (
	tokenUnknown standing = iota
	tokenExpired
	tokenGood
)

func (r *realm) standing(token string, now time.Time) standing {
	for _, t := range append([]credential{r.stable, r.legacy}, r.retired...) {
		if t.token != token {
			continue
		}
		if now.Before(t.expires) {
			return tokenGood
		}
		return tokenExpired
	}
	return tokenUnknown
}
