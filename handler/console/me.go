package console

import (
	"encoding/json"
	"net/http"

	"github.com/gin-gonic/gin"

	"github.com/wenzheng/wenzheng/auth"
)

// beginEnrol draws a new authenticator. A session that may do nothing else may do this: auth says so.
func (d *Console) beginEnrol(c *gin.Context) (any, error) {
	var q struct {
		Password string `json:"password"`
	}
	if err := decode(c, &q); err != nil {
		return nil, err
	}
	return d.o.Auth.BeginEnrol(c.Request.Context(), d.token(c), q.Password, d.from(c))
}

// enrolPicture is the QR code of the pending authenticator.
func (d *Console) enrolPicture(c *gin.Context) {
	picture, err := d.o.Auth.Picture(c.Request.Context(), d.token(c))
	if err != nil {
		d.refuse(c, err)
		return
	}
	c.Data(http.StatusOK, "image/png", picture)
}

func (d *Console) changePassword(c *gin.Context) (any, error) {
	var q auth.PasswordRequest
	if err := decode(c, &q); err != nil {
		return nil, err
	}
	return done{}, d.o.Auth.ChangePassword(c.Request.Context(), d.token(c), q, d.from(c))
}

func (d *Console) newCodes(c *gin.Context) (any, error) {
	var q struct {
		Code string `json:"code"`
	}
	if err := decode(c, &q); err != nil {
		return nil, err
	}
	codes, err := d.o.Auth.NewCodes(c.Request.Context(), d.token(c), q.Code, d.from(c))
	return struct {
		RecoveryCodes []string `json:"recovery_codes"`
	}{codes}, err
}

func (d *Console) preferences(c *gin.Context) (any, error) { return callerOf(c).Preferences, nil }

func (d *Console) savePreferences(c *gin.Context) (any, error) {
	var p json.RawMessage
	if err := decode(c, &p); err != nil {
		return nil, err
	}
	return p, d.o.Auth.SavePreferences(c.Request.Context(), callerOf(c), p)
}

// sessions lists one's own, or with all=true those of everybody, for those who may.
func (d *Console) sessions(c *gin.Context) (any, error) {
	q := parameters(c)
	all := q.choice("all", "false", "true") == "true"
	if err := q.err(); err != nil {
		return nil, err
	}
	who := callerOf(c)
	id := who.Who.ID
	if all {
		if !who.May(auth.ReadSessions) {
			return nil, errForbidden(auth.ReadSessions)
		}
		id = ""
	}
	return d.o.Auth.Sessions(c.Request.Context(), id, who.Who.Session)
}

func (d *Console) endSession(c *gin.Context) (any, error) {
	who := callerOf(c)
	return done{}, d.o.Auth.EndSession(c.Request.Context(), who, c.Param("id"), who.May(auth.EndSessions))
}
