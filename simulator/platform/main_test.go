package platform

import (
	"encoding/json"
	"testing"

	"github.com/wenzheng/wenzheng/models"
)

const citizen = "oABCDEFGHIJKLMNOPQRSTUVWXYZ0"

func testAccount() models.Account {
	return models.Account{
		AppID: "wx0123456789abcdef", Name: "澜江发布", Kind: models.KindService, Verified: true,
		OriginalID: "gh_123456789abc", Secret: "0123456789abcdef0123456789abcdef",
	}
}

// png is enough of a picture to be known as one.
func png() []byte { return []byte("\x89PNG\r\n\x1a\n") }

func mustJSON(t *testing.T, data []byte, into any) {
	t.Helper()
	if err := json.Unmarshal(data, into); err != nil {
		t.Fatalf("%v in %s", err, data)
	}
}
