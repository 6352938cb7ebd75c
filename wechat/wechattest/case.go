package wechattest

import (
	_ "embed"
	"encoding/json"
	"fmt"

	"github.com/wenzheng/wenzheng/models"
)

// FormerAESKey is the key that an account had before its present one, where a case is
// about that.
const FormerAESKey = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFG"

// Case is one case of the table. Its requests are built in this order:
//
//  1. The message: fields replace elements of the usual text message (null leaves one
//     out, unknown names are added before </xml>, values are raw XML); plain replaces the
//     message, where {plain} stands for the usual one.
//  2. The cipher text: of the message with app_id (default: the account's) and key
//     (default: the account's, "old": FormerAESKey), changed by cipher, or replaced by
//     sealed. cipher is one of: urlsafe, cut_base64, newline, drop_block, flip_last,
//     bytes:N (cut), content:N (N bytes, then sound padding), pad:N (last byte),
//     pad_garbage, length:N, length+N, length-N.
//  3. The body: by mode, or body, where {encrypt} is the cipher text, {encrypt2} one of
//     another message and {plain} the message; pad_to adds white space up to a length;
//     stream sends that many bytes without a length; fault "stall" or "cut" ends the body
//     half-way, with silence or with the connection.
//  4. The query: timestamp and nonce (defaults: now, {nonce}), signatures made with
//     token (default: the account's); then, on the raw query, set, drop, rename, double,
//     upper, swap and query (appended).
//  5. method and headers; original_id and keep_old_key change the account, allow_json and
//     any_skew the settings; replay sends the request that many times more; replay_body
//     sends a second body with the query of the first; twin is a second message, of other
//     fields, that is another event.
//
// {repeat:TEXT:N}, {hex:BYTES}, {app_id}, {APP_ID} (upper case), {openid}, {msg_id} and
// {nonce} (of the case alone), {now}, {now-SECONDS}, {now+SECONDS}, {now_head} (its first nine
// digits) and {now_tail} (the tenth) are expanded everywhere. The expectation, of the last
// request, is code of the refusal, or parse_status with content and a warning's field;
// earlier requests of a replay_body are kept.
type Case struct {
	Name  string
	Group string
	// AllowJSON and AnySkew are settings of the program that the case needs.
	AllowJSON bool
	AnySkew   bool

	number int
	r      recipe
}

// recipe is a case as the table writes it.
type recipe struct {
	Name, Group, Mode, Method string
	Fields, Twin              map[string]*string
	Plain, Sealed, Body       *string
	AppID                     *string `json:"app_id"`
	Key, Cipher               string
	Fault                     Fault
	PadTo                     int   `json:"pad_to"`
	Stream                    int64 `json:"stream"`
	Timestamp, Nonce          string
	Token                     *string
	Set, Rename               map[string]string
	Drop, Double, Upper, Swap []string
	Query                     string
	Headers                   map[string]string
	OriginalID                string `json:"original_id"`
	KeepOldKey                bool   `json:"keep_old_key"`
	AllowJSON                 bool   `json:"allow_json"`
	AnySkew                   bool   `json:"any_skew"`
	Replay                    int
	ReplayBody                *string `json:"replay_body"`
	Code                      string
	ParseStatus               models.ParseStatus `json:"parse_status"`
	Content                   *string
	Warning                   string
}

//go:embed testdata/badinput.json
var table []byte

// Cases returns every case of the table, in its order, which is the same at every call.
// A table that cannot be read, or a case without a name or an expectation of its own, is
// an error.
func Cases() ([]Case, error) {
	var recipes []recipe
	if err := json.Unmarshal(table, &recipes); err != nil {
		return nil, fmt.Errorf("wechattest: table: %w", err)
	}
	seen := map[string]bool{}
	cases := make([]Case, len(recipes))
	for i, r := range recipes {
		c := Case{Name: r.Name, Group: r.Group, AllowJSON: r.AllowJSON, AnySkew: r.AnySkew, number: i, r: r}
		if r.Name == "" || seen[c.String()] || (r.Code == "") == (r.ParseStatus == "") {
			return nil, fmt.Errorf("wechattest: case %d, %q: no name, the name of another, or not one expectation", i+1, c.String())
		}
		seen[c.String()] = true
		cases[i] = c
	}
	return cases, nil
}

// String is the group and the name, unique in the table.
func (c *Case) String() string { return c.Group + "/" + c.Name }

// Account is the account that the case is about: base with the mode, the original id and
// the former key that the case asks for. Base needs an AppID, a Token and an AESKey.
func (c *Case) Account(base models.Account) models.Account {
	base.Mode = models.ModeSafe
	if c.r.Mode != "" {
		base.Mode = models.Mode(c.r.Mode)
	}
	base.OriginalID, base.PreviousAESKey = c.r.OriginalID, ""
	if base.Mode == models.ModePlain {
		base.AESKey = ""
	}
	if c.r.KeepOldKey {
		base.PreviousAESKey = FormerAESKey
	}
	return base
}
