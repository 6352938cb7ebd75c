package wechat

import (
	"context"
	"errors"
	"time"
)

const (
	recordsAPI      = "/customservice/msgrecord/getmsglist"
	closeSessionAPI = "/customservice/kfsession/close"

	codeNoSession = 65413
)

// What a Record tells of.
const (
	RecordFromStaff   = 2002
	RecordFromCitizen = 2003
)

// MaxRecords is how many records one call tells at most, RecordsSpan of how long a time.
const (
	MaxRecords  = 10_000
	RecordsSpan = 24 * time.Hour
)

// Record is a line of what was said in WeChat's own customer-service client.
type Record struct {
	Worker string `json:"worker"` // the customer-service account
	OpenID string `json:"openid"`
	Code   int    `json:"opercode"`
	Time   int64  `json:"time"` // Unix seconds
	Text   string `json:"text"`
}

// Records are those from a second to another, both inclusive and at most RecordsSpan apart, from msgID
// on, 1 for the first; next is the msgID of the page after this one, which is the last where it has
// fewer than MaxRecords.
// developers.weixin.qq.com/doc/offiaccount/Customer_Service/Obtain_chat_transcript.html
func (c *Client) Records(ctx context.Context, from, to time.Time, msgID int64) (list []Record, next int64, err error) {
	var answer struct {
		List []Record `json:"recordlist"`
		Next Number   `json:"msgid"`
	}
	err = c.postJSON(ctx, recordsAPI, map[string]int64{
		"starttime": from.Unix(), "endtime": to.Unix(), "msgid": msgID, "number": MaxRecords,
	}, &answer)
	return answer.List, int64(answer.Next), err
}

// CloseSession ends what a customer-service account has with a citizen in WeChat's own client. That
// there is nothing to end is no error.
// developers.weixin.qq.com/doc/offiaccount/Customer_Service/Session_control.html
func (c *Client) CloseSession(ctx context.Context, worker, openID string) error {
	err := c.postJSON(ctx, closeSessionAPI, map[string]string{"kf_account": worker, "openid": openID}, nil)
	var e *APIError
	if errors.As(err, &e) && e.Code == codeNoSession {
		return nil
	}
	return err
}
