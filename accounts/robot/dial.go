package robot

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"syscall"
	"time"
)

// errAddress is the fault of a name that leads to an address which may not be called.
var errAddress = errors.New("robot: the address is not allowed")

// permits reports whether an address may be called: a public one by https, one of the operator's
// networks by http too. What lies on the link, where clouds tell their secrets, is never called.
func (s *Sender) permits(ip netip.Addr, scheme string) bool {
	ip = ip.Unmap()
	if ip.IsUnspecified() || ip.IsMulticast() || ip.IsLinkLocalUnicast() || ip.Zone() != "" {
		return false
	}
	for _, p := range s.o.Networks {
		if p.Contains(ip) {
			return true
		}
	}
	return scheme == "https" && public(ip)
}

// public reports whether an address belongs to the Internet: what
// https://www.iana.org/assignments/iana-ipv4-special-registry and its like for IPv6 set aside does
// not, nor what wraps an address of IPv4.
func public(ip netip.Addr) bool {
	if !ip.IsGlobalUnicast() || ip.IsPrivate() || ip.IsLoopback() {
		return false
	}
	for _, p := range []string{
		"0.0.0.0/8", "100.64.0.0/10", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "240.0.0.0/4",
		"64:ff9b::/96", "64:ff9b:1::/48", "100::/64", "2001::/23", "2001:db8::/32", "2002::/16", "fec0::/10",
	} {
		if netip.MustParsePrefix(p).Contains(ip) {
			return false
		}
	}
	return true
}

// transport calls hosts directly. The address is judged when it is dialled, after its name was
// resolved: what a name answered before, or answers to others, does not count. No variable of the
// environment leads it through a proxy.
func (s *Sender) transport(scheme string) *http.Transport {
	dialer := &net.Dialer{
		Timeout: connectTimeout, Resolver: s.o.Resolver,
		ControlContext: func(_ context.Context, _, address string, _ syscall.RawConn) error {
			at, err := netip.ParseAddrPort(address)
			if err != nil || !s.permits(at.Addr(), scheme) {
				return errAddress
			}
			return nil
		},
	}
	return &http.Transport{Proxy: nil, DialContext: dialer.DialContext, TLSHandshakeTimeout: connectTimeout, DisableKeepAlives: true}
}

// throughProxy calls hosts through the operator's proxy, which resolves their names.
func throughProxy(proxy *url.URL) *http.Transport {
	dialer := &net.Dialer{Timeout: connectTimeout}
	return &http.Transport{Proxy: http.ProxyURL(proxy), DialContext: dialer.DialContext, TLSHandshakeTimeout: connectTimeout, DisableKeepAlives: true}
}

const connectTimeout = 3 * time.Second
