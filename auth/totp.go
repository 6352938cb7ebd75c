package auth

import (
	"bytes"
	"crypto/subtle"
	"encoding/base32"
	"fmt"
	"image/png"
	"io"
	"net/url"
	"strings"
	"time"

	"github.com/boombuler/barcode"
	"github.com/boombuler/barcode/qr"
	"github.com/pquerna/otp/hotp"
	"golang.org/x/text/unicode/norm"
)

const (
	totpStep    = 30 // seconds (RFC 6238)
	totpSkew    = 1  // steps before and after the present one that pass
	totpDigits  = 6
	seedBytes   = 20
	qrPixels    = 232
	issuer      = "问政"
	recoveries  = 10
	recoveryLen = 10 // bytes: 80 bits, 16 characters
)

// newSeed is the secret of an authenticator as it is typed: base32.
func (a *Auth) newSeed() (string, error) {
	var b [seedBytes]byte
	if _, err := io.ReadFull(a.options.Rand, b[:]); err != nil {
		return "", fmt.Errorf("auth: draw a seed: %w", err)
	}
	return base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(b[:]), nil
}

// stepOf is the step in which a code is right, false when it is wrong at this time. The newest
// step wins.
func stepOf(seed, code string, now time.Time) (step int64, ok bool) {
	for at := now.Unix()/totpStep + totpSkew; at >= now.Unix()/totpStep-totpSkew; at-- {
		want, err := hotp.GenerateCode(seed, uint64(at)) //nolint:gosec // a time after 1970
		if err == nil && subtle.ConstantTimeCompare([]byte(want), []byte(code)) == 1 {
			return at, true
		}
	}
	return 0, false
}

// plainCode is a code as it is compared: narrow, upper case, without spaces and hyphens.
func plainCode(code string) string {
	const longest = 64
	if len(code) > longest {
		return ""
	}
	return strings.NewReplacer(" ", "", "-", "").Replace(strings.ToUpper(norm.NFKC.String(code)))
}

// isTOTP tells a code of the authenticator from a recovery code.
func isTOTP(code string) bool {
	return len(code) == totpDigits && strings.Trim(code, "0123456789") == ""
}

// uriOf is what authenticators read
// (https://github.com/google/google-authenticator/wiki/Key-Uri-Format).
func uriOf(name, seed string) string {
	values := url.Values{"secret": {seed}, "issuer": {issuer}, "algorithm": {"SHA1"}, "digits": {"6"}, "period": {"30"}}
	return "otpauth://totp/" + url.PathEscape(issuer+":"+name) + "?" + strings.ReplaceAll(values.Encode(), "+", "%20")
}

// qrOf is the URI as a PNG.
func qrOf(uri string) ([]byte, error) {
	code, err := qr.Encode(uri, qr.M, qr.Auto)
	if err == nil {
		code, err = barcode.Scale(code, qrPixels, qrPixels)
	}
	var b bytes.Buffer
	if err == nil {
		err = png.Encode(&b, code)
	}
	if err != nil {
		return nil, fmt.Errorf("auth: draw a QR code: %w", err)
	}
	return b.Bytes(), nil
}

// newRecoveryCodes are ten codes, as people write them down, and as they are kept.
func (a *Auth) newRecoveryCodes() (codes, hashes []string, err error) {
	for range recoveries {
		var b [recoveryLen]byte
		if _, err := io.ReadFull(a.options.Rand, b[:]); err != nil {
			return nil, nil, fmt.Errorf("auth: draw a recovery code: %w", err)
		}
		plain := base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(b[:])
		codes = append(codes, strings.Join([]string{plain[:4], plain[4:8], plain[8:12], plain[12:]}, "-"))
		hashes = append(hashes, hashOf(plain))
	}
	return codes, hashes, nil
}
