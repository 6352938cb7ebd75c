package console

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/wenzheng/wenzheng/models"
)

// parameters are those of a request's address.
func parameters(c *gin.Context) *query { return parseQuery(c.Request.URL.RawQuery) }

// appIDs are the accounts of a request without other parameters; none = all. Those that a caller
// has for the permission stand in the address when it names none.
func appIDs(c *gin.Context) ([]string, error) {
	q := parameters(c)
	return q.accounts(), q.err()
}

// requestAccount is the one account that a request is about, whose other parameters have been read from q.
// The body goes into into; nil = there is none.
func (d *Console) requestAccount(c *gin.Context, q *query, into any) (models.Account, error) {
	appID := q.account()
	if err := q.err(); err != nil {
		return models.Account{}, err
	}
	account, err := d.o.Accounts.Named(c.Request.Context(), appID)
	if err != nil || into == nil {
		return account, err
	}
	return account, decode(c, into)
}

// pathID is the id in the path; what is none is that of nothing, as missing says. The body goes into
// into; nil = there is none.
func pathID(c *gin.Context, missing string, into any) (int64, error) {
	id, err := strconv.ParseInt(c.Param("id"), 10, 64)
	if err != nil || id <= 0 {
		return 0, models.NewError(models.CodeNotFound, missing)
	}
	if into == nil {
		return id, nil
	}
	return id, decode(c, into)
}

// accountAndID are the account that the query names and the id in the path.
func (d *Console) accountAndID(c *gin.Context, q *query, missing string, into any) (account models.Account, id int64, err error) {
	if account, err = d.requestAccount(c, q, nil); err == nil {
		id, err = pathID(c, missing, into)
	}
	return account, id, err
}

// parseVersion is the version of what is to be changed, as the caller saw it.
func parseVersion(version, fault string) (int64, error) {
	n, err := strconv.ParseInt(version, 10, 64)
	if err != nil {
		return 0, badField("version", fault)
	}
	return n, nil
}

// badField refuses a body for one of its fields.
func badField(field, fault string) *models.Error {
	return models.FieldFault("请求内容有误", field, fault)
}

// maxBody bounds what a request says, in bytes.
const maxBody = 64 << 10

// decode reads the JSON object of a request strictly: one object, no unknown field, not too long.
func decode(c *gin.Context, into any) error { return decodeLong(c, maxBody, into) }

// decodeLong is decode for what may have this many bytes.
func decodeLong(c *gin.Context, limit int64, into any) error {
	kind, _, err := mime.ParseMediaType(c.GetHeader("Content-Type"))
	if err != nil || kind != "application/json" {
		return models.NewError(models.CodeUnsupportedType, "内容应为 JSON（Content-Type: application/json）")
	}
	body, err := readBody(c, limit)
	if err != nil {
		return err
	}
	d := json.NewDecoder(strings.NewReader(string(body)))
	d.DisallowUnknownFields()
	if err := d.Decode(into); err != nil {
		return badBody(err)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return models.NewError(models.CodeInvalid, "内容应为一个 JSON 对象，后面不能再有别的")
	}
	return nil
}

func readBody(c *gin.Context, limit int64) ([]byte, error) {
	body, err := io.ReadAll(http.MaxBytesReader(c.Writer, c.Request.Body, limit))
	var large *http.MaxBytesError
	switch {
	case errors.As(err, &large):
		size := fmt.Sprintf("%d KiB", limit>>10)
		if limit >= 1<<20 {
			size = fmt.Sprintf("%d MiB", limit>>20)
		}
		return nil, models.NewError(models.CodeBodyTooLarge, "内容超过 "+size)
	case err != nil:
		return nil, models.NewError(models.CodeInvalid, "内容没有传完，请再试一次")
	}
	return body, nil
}

// uploadTime is how long a body may take to come over a slow line.
const uploadTime = 2 * time.Minute

// uploaded reads the whole body before f begins: f may wait for a turn, which a slow line is not to take.
func (d *Console) uploaded(limit int64, f func(c *gin.Context) (any, error)) func(c *gin.Context) (any, error) {
	return func(c *gin.Context) (any, error) {
		allow(c, uploadTime)
		body, err := readBody(c, limit)
		if err != nil {
			return nil, err
		}
		c.Request.Body = io.NopCloser(bytes.NewReader(body))
		return f(c)
	}
}

// badBody says what is wrong with a body, and never repeats what it holds.
func badBody(err error) error {
	var kind *json.UnmarshalTypeError
	fault := models.FieldError{Message: "应为 JSON 对象"}
	if field, unknown := strings.CutPrefix(err.Error(), "json: unknown field "); unknown {
		fault = models.FieldError{Field: models.OneLine(strings.Trim(field, `"`), 64), Message: "没有这一项，见 /openapi.yaml"}
	} else if errors.As(err, &kind) {
		fault = models.FieldError{Field: kind.Field, Message: "类型不对，见 /openapi.yaml"}
	}
	return &models.Error{Code: models.CodeInvalid, Message: "请求内容有误", Fields: []models.FieldError{fault}}
}
