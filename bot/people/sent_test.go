package people

import (
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/wenzheng/wenzheng/models"
)

// TestSent_HoldsItsBytes: the answers that citizens may read again take no more memory than they are given,
// and those read or written lately stay.
func TestSent_HoldsItsBytes(t *testing.T) {
	s, now := NewSent(), time.Date(2026, 3, 2, 2, 0, 0, 0, time.UTC)
	text := strings.Repeat("长", 600)
	list := make([]models.SentText, 50_000)
	for i := range list {
		list[i] = models.SentText{ID: int64(i), AppID: "wx0123456789abcdef", OpenID: "oCitizen_" + strconv.Itoa(1_000_000_000+i), Text: text, At: now}
	}
	s.Add(list, now)
	if citizens, bytes := s.of.Size(); bytes > sentBytes || citizens < 20_000 {
		t.Errorf("%d citizens take %d bytes", citizens, bytes)
	}
	if got := s.Of(Citizen{AppID: list[0].AppID, OpenID: list[len(list)-1].OpenID}, now); len(got) != 1 {
		t.Errorf("the last has %d texts", len(got))
	}
}
