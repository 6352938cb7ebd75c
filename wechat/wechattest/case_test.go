package wechattest

import (
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/wenzheng/wenzheng/models"
)

func someone() models.Account {
	return models.Account{AppID: "wx0123456789abcdef", Token: "pamtest", AESKey: "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"}
}

// TestSignature holds the signature against sha1sum's word on the sorted text.
func TestSignature(t *testing.T) {
	const want = "f1ad89f40559965686db8a0d6d1a7ddc75647fb1" // printf 1409735669pamtestxxxxxx | sha1sum
	if got := signature("pamtest", "1409735669", "xxxxxx"); got != want {
		t.Errorf("%q, want %q", got, want)
	}
}

// TestRequestsAreRepeatable: the same account and time give the same requests, with
// nothing left to fill in.
func TestRequestsAreRepeatable(t *testing.T) {
	cases, err := Cases()
	if err != nil {
		t.Fatal(err)
	}
	queries := map[string]string{}
	for i := range cases {
		c := &cases[i]
		one, err := c.Requests(c.Account(someone()), time.Unix(1750000000, 0))
		if err != nil {
			t.Fatal(err)
		}
		two, err := c.Requests(c.Account(someone()), time.Unix(1750000000, 0))
		if err != nil {
			t.Fatal(err)
		}
		last := one[len(one)-1]
		if len(one) != len(two) || !reflect.DeepEqual(last, two[len(two)-1]) {
			t.Errorf("%s: two calls give %d and %d requests, and not the same", c, len(one), len(two))
		}
		for _, mark := range []string{"{app_id", "{openid", "{msg_id", "{nonce", "{now", "{hex", "{repeat", "{plain", "{encrypt"} {
			if strings.Contains(last.Query+string(last.Body)+string(last.Message), mark) {
				t.Errorf("%s: %s} was not filled in", c, mark)
			}
		}
		if before, ok := queries[last.Query]; ok {
			t.Errorf("%s and %s have one query: in plain mode the second is a replay", c, before)
		}
		queries[last.Query] = c.String()
	}
}

// TestFaultyTable: a fault of the table is said, and with the case's name.
func TestFaultyTable(t *testing.T) {
	hex, number, key := "{hex:zz}", "content:x", "short"
	for _, r := range []recipe{
		{Name: "n", Group: "g", Plain: &hex},
		{Name: "n", Group: "g", Cipher: number},
		{Name: "n", Group: "g", Key: key},
		{Name: "n", Group: "g", Cipher: "length+x"},
		{Name: "n", Group: "g", Nonce: "{now+99999999999999999999}"},
	} {
		c := Case{r: r}
		if _, err := c.Requests(c.Account(someone()), time.Unix(1750000000, 0)); err == nil || !strings.Contains(err.Error(), "case g/n") {
			t.Errorf("%+v: %v", r, err)
		}
	}
}
