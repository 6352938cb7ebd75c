package platform

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// TestDeliveries_WhateverTheAnswer: the record holds what citizens were shown, also where the account was
// told nothing or something else, and nothing else.
func TestDeliveries_WhateverTheAnswer(t *testing.T) {
	tn := newTown(t, nil)
	server := httptest.NewServer(tn.p)
	t.Cleanup(server.Close)
	post := func(text string) (status int) {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, server.URL+"/cgi-bin/message/custom/send?access_token="+tn.token,
			strings.NewReader(`{"touser":"`+citizen+`","msgtype":"text","text":{"content":"`+text+`"}}`))
		if err != nil {
			t.Fatal(err)
		}
		response, err := server.Client().Do(r)
		if err != nil {
			return 0
		}
		_ = response.Body.Close() // nothing of it is read
		return response.StatusCode
	}
	tn.writes(citizen, "你好")
	for i, f := range []Fault{
		{Kind: FaultReset, After: true},
		{Kind: FaultReset},
		{Kind: FaultStatus, After: true},
		{Kind: FaultStatus, Status: 503},
		{Kind: FaultEmpty, After: true},
		{Kind: FaultErrcode, Code: 45015},
	} {
		f.Path = "/cgi-bin/message/custom/send"
		tn.p.SetFaults(f)
		want := map[FaultKind]int{FaultReset: 0, FaultStatus: max(f.Status, 500), FaultEmpty: 200, FaultErrcode: 200}[f.Kind]
		if f.Kind == FaultStatus && f.Status == 0 {
			want = 500
		}
		if got := post("第" + string(rune('0'+i)) + "条"); got != want {
			t.Errorf("%s: status %d, want %d", f.Kind, got, want)
		}
	}
	tn.p.SetFaults()
	var shown []string
	for _, d := range tn.p.Deliveries() {
		if d.AppID != tn.appID || d.OpenID != citizen || !d.At.Equal(tn.clock.now()) {
			t.Errorf("%+v", d)
		}
		shown = append(shown, d.Text)
	}
	if got := strings.Join(shown, " "); got != "第0条 第2条 第4条" {
		t.Errorf("shown: %s", got)
	}
}
