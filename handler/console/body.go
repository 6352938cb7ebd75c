package console

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"strings"

	"github.com/gin-gonic/gin"

	"github.com/wenzheng/wenzheng/models"
)

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
	body, err := io.ReadAll(http.MaxBytesReader(c.Writer, c.Request.Body, limit))
	var large *http.MaxBytesError
	switch {
	case errors.As(err, &large):
		return models.NewError(models.CodeBodyTooLarge, fmt.Sprintf("内容超过 %d KiB", limit>>10))
	case err != nil:
		return models.NewError(models.CodeInvalid, "内容没有传完，请再试一次")
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
