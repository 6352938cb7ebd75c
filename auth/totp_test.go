package auth

import (
	"bytes"
	"encoding/base32"
	"image/png"
	"net/url"
	"strings"
	"testing"
	"time"
)

// TestStepOf_RFC6238 checks the vectors of RFC 6238, appendix B, whose eight digits end in our six.
func TestStepOf_RFC6238(t *testing.T) {
	seed := base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString([]byte("12345678901234567890"))
	for at, code := range map[int64]string{
		59: "94287082", 1111111109: "07081804", 1111111111: "14050471", 1234567890: "89005924", 2000000000: "69279037", 20000000000: "65353130",
	} {
		step, ok := stepOf(seed, code[2:], time.Unix(at, 0))
		if !ok || step != at/totpStep {
			t.Errorf("%d: step %d, %v", at, step, ok)
		}
		for seconds, right := range map[int64]bool{-30: true, 30: true, -60: false, 60: false} {
			if _, ok := stepOf(seed, code[2:], time.Unix(at/totpStep*totpStep+seconds, 0)); ok != right {
				t.Errorf("%d: %d s later the code is right: %v", at, seconds, ok)
			}
		}
	}
	for _, code := range []string{"", "28708", "9428708", "94287082", "28708２"} {
		if _, ok := stepOf(seed, code, time.Unix(59, 0)); ok {
			t.Errorf("%q passes", code)
		}
	}
}

func TestURI_WhatAuthenticatorsRead(t *testing.T) {
	u, err := url.Parse(uriOf("小 李", "JBSWY3DPEHPK3PXP"))
	if err != nil || u.Scheme != "otpauth" || u.Host != "totp" || u.Path != "/问政:小 李" || u.Query().Get("secret") != "JBSWY3DPEHPK3PXP" || u.Query().Get("issuer") != "问政" || strings.Contains(u.RawQuery, "+") {
		t.Errorf("%v, %v", u, err)
	}
	picture, err := qrOf(u.String())
	if err != nil {
		t.Fatal(err)
	}
	image, err := png.Decode(bytes.NewReader(picture))
	if err != nil || image.Bounds().Dx() != qrPixels || image.Bounds().Dy() != qrPixels {
		t.Errorf("%v, %v", image, err)
	}
}
