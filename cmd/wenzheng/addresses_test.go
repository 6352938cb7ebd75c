package main

import (
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/wenzheng/wenzheng/handler"
	"github.com/wenzheng/wenzheng/handler/console"
	"github.com/wenzheng/wenzheng/models"
)

func TestAdminAllow_OnlyTheseAddresses(t *testing.T) {
	const inside, outside, proxy = "10.1.2.3", "203.0.113.9", "127.0.0.1"
	prefixes := func(list ...string) (out []netip.Prefix) {
		for _, p := range list {
			out = append(out, netip.MustParsePrefix(p))
		}
		return out
	}
	for _, tc := range []struct {
		name, peer, forwarded string
		allow, proxies        []netip.Prefix
		allowed               bool
	}{
		{"no list", outside, "", nil, nil, true},
		{"inside", inside, "", prefixes("10.0.0.0/8"), nil, true},
		{"outside", outside, "", prefixes("10.0.0.0/8"), nil, false},
		{"one of several", "fd00::7", "", prefixes("10.0.0.0/8", "fd00::/8"), nil, true},
		{"IPv4 over IPv6", "::ffff:" + inside, "", prefixes("10.0.0.0/8"), nil, true},
		{"forged header", outside, inside, prefixes("10.0.0.0/8"), nil, false},
		{"through the proxy", proxy, inside, prefixes("10.0.0.0/8"), prefixes("127.0.0.1/32"), true},
		{"through the proxy from outside", proxy, outside, prefixes("10.0.0.0/8"), prefixes("127.0.0.1/32"), false},
		{"forged before the proxy", proxy, inside + ", " + outside, prefixes("10.0.0.0/8"), prefixes("127.0.0.1/32"), false},
		{"the proxy itself", proxy, "", prefixes("10.0.0.0/8"), prefixes("127.0.0.1/32"), false},
	} {
		t.Run(tc.name, func(t *testing.T) {
			logger := slog.New(slog.DiscardHandler)
			h := handler.New(handler.Options{
				Codec: func(string) (handler.Codec, bool) { return nil, false },
				Ready: func(context.Context) (bool, []models.Reason) { return true, nil },
				Console: console.New(console.Options{
					Token: apiToken, Live: console.NewHub(console.HubOptions{}), Spec: []byte("openapi: 3.0.3\n"), AdminAllow: tc.allow, Logger: logger,
				}),
				TrustedProxies: tc.proxies, Logger: logger, Registerer: prometheus.NewRegistry(),
			})
			const refused = "/api/v1/indices?no_such=1" // where it is heard
			statuses := map[string]int{refused: http.StatusForbidden, "/openapi.yaml": http.StatusForbidden, "/": http.StatusForbidden, "/healthz": http.StatusOK, "/readyz": http.StatusOK}
			if tc.allowed {
				statuses[refused], statuses["/openapi.yaml"], statuses["/"] = http.StatusBadRequest, http.StatusOK, http.StatusOK
			}
			for path, want := range statuses {
				r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, path, http.NoBody)
				r.RemoteAddr = netip.AddrPortFrom(netip.MustParseAddr(tc.peer), 4711).String()
				r.Header.Set("Authorization", "Bearer "+apiToken)
				r.Header.Set("X-Real-Ip", inside)
				if tc.forwarded != "" {
					r.Header.Set("X-Forwarded-For", tc.forwarded)
				}
				w := httptest.NewRecorder()
				h.ServeHTTP(w, r)
				if w.Code != want {
					t.Errorf("%s: status %d, want %d", path, w.Code, want)
				}
				if w.Code == http.StatusForbidden && !strings.Contains(w.Body.String(), "admin_allow") {
					t.Errorf("%s: %s", path, w.Body.String())
				}
			}
		})
	}
}
