package console

import (
	"context"
	"encoding/json"
	"net/http"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/wenzheng/wenzheng/auth"
	"github.com/wenzheng/wenzheng/models"
)

// signInTime is how long a step of signing in may take, waiting for its turn included.
const signInTime = 8 * time.Second

// step adapts a step of signing in: the session's token goes into the cookie, the rest is answered.
func (d *Console) step(f func(ctx context.Context, c *gin.Context) (auth.Step, error)) gin.HandlerFunc {
	return d.do(func(c *gin.Context) (any, error) {
		ctx, cancel := context.WithTimeout(c.Request.Context(), signInTime)
		defer cancel()
		s, err := f(ctx, c)
		if err != nil {
			return nil, err
		}
		d.setToken(c, s.Token)
		return s, nil
	})
}

func (d *Console) signIn(ctx context.Context, c *gin.Context) (auth.Step, error) {
	var q auth.SignInRequest
	if err := decode(c, &q); err != nil {
		return auth.Step{}, err
	}
	return d.o.Auth.SignIn(ctx, q, d.from(c))
}

func (d *Console) code(ctx context.Context, c *gin.Context) (auth.Step, error) {
	var q auth.CodeRequest
	if err := decode(c, &q); err != nil {
		return auth.Step{}, err
	}
	return d.o.Auth.Code(ctx, d.token(c), q, d.from(c))
}

// replacePassword is the last step where a password grew old.
func (d *Console) replacePassword(ctx context.Context, c *gin.Context) (auth.Step, error) {
	var q struct {
		Password string `json:"password"`
	}
	if err := decode(c, &q); err != nil {
		return auth.Step{}, err
	}
	return d.o.Auth.ReplacePassword(ctx, d.token(c), q.Password, d.from(c))
}

func (d *Console) welcome(ctx context.Context, c *gin.Context) (auth.Step, error) {
	var q auth.WelcomeRequest
	if err := decode(c, &q); err != nil {
		return auth.Step{}, err
	}
	return d.o.Auth.Welcome(ctx, q, d.from(c))
}

func (d *Console) welcomeLook(c *gin.Context) (any, error) {
	var q struct {
		Token string `json:"token"`
	}
	if err := decode(c, &q); err != nil {
		return nil, err
	}
	return d.o.Auth.Look(c.Request.Context(), q.Token)
}

func (d *Console) enrol(ctx context.Context, c *gin.Context) (auth.Step, error) {
	var q struct {
		Code string `json:"code"`
	}
	if err := decode(c, &q); err != nil {
		return auth.Step{}, err
	}
	return d.o.Auth.Enrol(ctx, d.token(c), q.Code, d.from(c))
}

func (d *Console) demoSignIn(ctx context.Context, c *gin.Context) (auth.Step, error) {
	var q struct {
		Name string `json:"name"`
	}
	if err := decode(c, &q); err != nil {
		return auth.Step{}, err
	}
	return d.o.Auth.DemoSignIn(ctx, q.Name, d.from(c))
}

func (d *Console) demoRoles(c *gin.Context) (any, error) {
	return d.o.Auth.DemoRoles(c.Request.Context())
}

// signedOut is the answer to GET /session of nobody: the sign-in page learns whether roles can be
// clicked, and where a sign-in that was begun goes on.
type signedOut struct {
	models.Error
	Demo bool   `json:"demo"`
	Next string `json:"next,omitempty"`
}

// sessionAnswer is who is signed in.
type sessionAnswer struct {
	Name         string             `json:"name"`
	DisplayName  string             `json:"display_name"`
	Roles        []auth.Role        `json:"roles"`
	Permissions  []auth.Permission  `json:"permissions"`
	Accounts     []auth.HeldAccount `json:"accounts"`
	GrantsAsleep bool               `json:"grants_asleep"`
	Home         string             `json:"home"`
	Demo         bool               `json:"demo"`
	IdleS        int                `json:"idle_s"`
	EndsAt       time.Time          `json:"ends_at"`
	Preferences  json.RawMessage    `json:"preferences"`
}

// session says who is signed in.
func (d *Console) session(c *gin.Context) {
	ctx := c.Request.Context()
	who, err := d.o.Auth.Identify(ctx, d.token(c), d.from(c), c.GetHeader(backgroundHeader) == "")
	if models.ErrorCode(err) == auth.CodeUnauthorized {
		d.nobody(c)
		return
	}
	d.do(func(*gin.Context) (any, error) {
		if err != nil {
			return nil, err
		}
		accounts, err := d.o.Auth.HeldAccounts(ctx, who)
		return sessionAnswer{
			Name: who.Who.Name, DisplayName: who.DisplayName, Roles: who.Roles, Permissions: who.Permissions(), Accounts: accounts,
			GrantsAsleep: who.Asleep, Home: who.Home(), Demo: d.o.Auth.Demo(), IdleS: int(d.o.Auth.Idle().Seconds()), EndsAt: who.EndsAt,
			Preferences: who.Preferences,
		}, err
	})(c)
}

func (d *Console) nobody(c *gin.Context) {
	stage, err := d.o.Auth.Stage(c.Request.Context(), d.token(c))
	if err != nil {
		d.refuse(c, err)
		return
	}
	answer := signedOut{Error: *models.NewError(auth.CodeUnauthorized, "请登录"), Demo: d.o.Auth.Demo(), Next: stage}
	body, err := json.Marshal(answer)
	if err != nil {
		d.refuse(c, err)
		return
	}
	write(c, http.StatusUnauthorized, body)
}

// signOut ends the session; the browser forgets what it kept of this site.
func (d *Console) signOut(c *gin.Context) (any, error) {
	if err := d.o.Auth.SignOut(c.Request.Context(), d.token(c), d.from(c)); err != nil {
		return nil, err
	}
	d.setToken(c, "")
	c.Header("Clear-Site-Data", `"cache", "cookies", "storage"`)
	return done{}, nil
}

// done is the answer where there is nothing to say.
type done struct{}
