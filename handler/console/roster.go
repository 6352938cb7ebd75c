package console

import (
	"github.com/gin-gonic/gin"

	"github.com/wenzheng/wenzheng/auth"
	"github.com/wenzheng/wenzheng/desk"
	"github.com/wenzheng/wenzheng/models"
)

// rosterRoutes are those of who is at the desk and who is on duty.
func (d *Console) rosterRoutes(v1 gin.IRouter) {
	v1.GET("/presence", d.may(auth.ReadDesk), d.do(d.timed(d.colleagues)))
	v1.PUT("/presence", d.may(auth.AnswerDesk), d.do(d.setPresence))
	v1.GET("/rosters", d.may(auth.ReadDesk), d.do(d.timed(d.roster)))
	v1.PUT("/rosters", d.may(auth.WriteRosters), d.do(d.setRoster))
}

func (d *Console) colleagues(c *gin.Context) (any, error) {
	account, err := d.requestAccount(c, parameters(c), nil)
	if err != nil {
		return nil, err
	}
	list, err := d.o.Desk.Colleagues(c.Request.Context(), account.AppID)
	return struct {
		Staff []desk.Colleague `json:"staff"`
	}{list}, err
}

func (d *Console) setPresence(c *gin.Context) (any, error) {
	var q struct {
		State desk.PresenceState `json:"state"` // "" = still there
	}
	if err := decode(c, &q); err != nil {
		return nil, err
	}
	return d.o.Desk.SetPresence(c.Request.Context(), callerOf(c).Who, q.State)
}

func (d *Console) roster(c *gin.Context) (any, error) {
	q := parameters(c)
	from := q.text("from")
	account, err := d.requestAccount(c, q, nil)
	if err != nil {
		return nil, err
	}
	return d.o.Desk.RosterFrom(c.Request.Context(), account.AppID, from)
}

// maxRoster is the longest roster in bytes: a thousand duties with their topics.
const maxRoster = 1 << 20

func (d *Console) setRoster(c *gin.Context) (any, error) {
	var body struct {
		Version *int64        `json:"version,string"` // of the roster as it was seen; none = whatever it is
		Duties  []models.Duty `json:"duties"`
	}
	account, err := d.requestAccount(c, parameters(c), nil)
	if err != nil {
		return nil, err
	}
	if err := decodeLong(c, maxRoster, &body); err != nil {
		return nil, err
	}
	version := int64(-1)
	if body.Version != nil {
		version = *body.Version
	}
	return d.o.Desk.ChangeRoster(c.Request.Context(), callerOf(c).Who, account.AppID, version, body.Duties)
}
