package auth

import (
	"context"
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/trustelem/zxcvbn/frequency"
	"golang.org/x/crypto/argon2"
	"golang.org/x/text/unicode/norm"

	"github.com/wenzheng/wenzheng/models"
)

// Cost is what one hash takes, by argon2id (RFC 9106) with one thread.
type Cost struct {
	Memory uint32 // KiB
	Passes uint32
}

// DefaultCost is the least that OWASP recommends where memory is short
// (https://cheatsheetseries.owasp.org/cheatsheets/Password_Storage_Cheat_Sheet.html): 50 ms on a
// small machine.
func DefaultCost() Cost { return Cost{Memory: 19 << 10, Passes: 2} }

const (
	shortestPassword = 12   // characters
	longestPassword  = 1024 // bytes: what is longer is refused unread
	passwordClasses  = 3
	saltBytes        = 16
	hashBytes        = 32
)

// hash is a password as it is kept: the usual text form, with its cost.
func (a *Auth) hash(password string) (string, error) {
	salt := make([]byte, saltBytes)
	if _, err := io.ReadFull(a.options.Rand, salt); err != nil {
		return "", fmt.Errorf("auth: draw a salt: %w", err)
	}
	c := a.options.Cost
	key := argon2.IDKey([]byte(norm.NFKC.String(password)), salt, c.Passes, c.Memory, 1, hashBytes)
	encode := base64.RawStdEncoding.EncodeToString
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=1$%s$%s", argon2.Version, c.Memory, c.Passes, encode(salt), encode(key)), nil
}

// matches compares a password with what hash made of one. "" and what is damaged match nothing.
func matches(kept, password string) bool {
	parts := strings.Split(kept, "$")
	if len(parts) != 6 {
		return false
	}
	var c Cost
	if _, err := fmt.Sscanf(parts[3], "m=%d,t=%d,p=1", &c.Memory, &c.Passes); err != nil {
		return false
	}
	salt, err := base64.RawStdEncoding.DecodeString(parts[4])
	if err != nil {
		return false
	}
	key, err := base64.RawStdEncoding.DecodeString(parts[5])
	if err != nil || len(key) != hashBytes {
		return false
	}
	got := argon2.IDKey([]byte(norm.NFKC.String(password)), salt, c.Passes, c.Memory, 1, hashBytes)
	return subtle.ConstantTimeCompare(got, key) == 1
}

// alone runs work while no other password is hashed.
func (a *Auth) alone(ctx context.Context, work func() error) error {
	select {
	case a.hashing <- struct{}{}:
		defer func() { <-a.hashing }()
		return work()
	case <-ctx.Done():
		return models.NewError(models.CodeUnavailable, "登录的人太多，请稍后再试")
	}
}

// verify takes as long without a password as with one.
func (a *Auth) verify(ctx context.Context, kept, password string) (ok bool, err error) {
	known := kept != "" && len(password) <= longestPassword
	err = a.alone(ctx, func() error {
		dummy, err := a.dummy()
		if err != nil {
			return err
		}
		if !known {
			kept, password = dummy, "somebody's password"
		}
		ok = matches(kept, password) && known
		return nil
	})
	return ok, err
}

// newHash checks a new password of an operator and hashes it.
func (a *Auth) newHash(ctx context.Context, op *operator, password string) (kept string, err error) {
	names, err := a.forbidden(ctx, op)
	if err != nil {
		return "", err
	}
	if err := checkPassword(password, names); err != nil {
		return "", err
	}
	before, err := a.hadBefore(ctx, op)
	if err != nil {
		return "", err
	}
	err = a.alone(ctx, func() error {
		if slices.ContainsFunc(before, func(had string) bool { return matches(had, password) }) {
			return errHadBefore(max(a.options.PasswordHistory, 1))
		}
		kept, err = a.hash(password)
		return err
	})
	return kept, err
}

func errHadBefore(n int) error {
	fault := models.Fault("password", "password_same", "与现在的相同，请换一个")
	if n > 1 {
		fault = models.Fault("password", "password_before", "与最近 {n} 个密码之一相同，请换一个", "n", strconv.Itoa(n))
	}
	return models.Faulty("密码不合要求", fault)
}

// checkPassword names every rule that a new password breaks.
func checkPassword(password string, names []string) error {
	var faults []models.FieldError
	fault := func(code, text string, pairs ...string) {
		faults = append(faults, models.Fault("password", code, text, pairs...))
	}
	if len(password) > longestPassword || !utf8.ValidString(password) {
		fault("most_bytes", "至多 {max} 个字节", "max", fmt.Sprint(longestPassword))
		return &models.Error{Code: models.CodeInvalid, Message: "密码不合要求", Fields: faults}
	}
	password = norm.NFKC.String(password)
	if utf8.RuneCountInString(password) < shortestPassword {
		fault("least_characters", "至少 {min} 个字符", "min", fmt.Sprint(shortestPassword))
	}
	if classes(password) < passwordClasses {
		fault("password_classes", "大写字母、小写字母、数字、其他字符至少有三类")
	}
	if common(password) {
		fault("password_common", "太常见，容易被猜到，请换一个")
	}
	lower := strings.ToLower(password)
	for _, name := range names {
		name = strings.ToLower(norm.NFKC.String(name))
		if utf8.RuneCountInString(name) > 1 && len(name) > 2 && strings.Contains(lower, name) {
			fault("password_names", "不能包含登录名、姓名或单位名称")
			break
		}
	}
	if len(faults) == 0 {
		return nil
	}
	return &models.Error{Code: models.CodeInvalid, Message: "密码不合要求", Fields: faults}
}

// classes counts the kinds of characters: upper case, lower case, digits, all others.
func classes(password string) int {
	var held [4]bool
	for _, r := range password {
		switch {
		case unicode.IsUpper(r):
			held[0] = true
		case unicode.IsLower(r):
			held[1] = true
		case unicode.IsDigit(r):
			held[2] = true
		default:
			held[3] = true
		}
	}
	n := 0
	for _, is := range held {
		if is {
			n++
		}
	}
	return n
}

// common reports whether a password is one of the 30,000 most used ones, or little more: with digits
// and signs around it, with the usual signs in place of letters, or with fewer than six characters
// beside it.
func common(password string) bool {
	lower := strings.ToLower(password)
	plain := strings.NewReplacer("0", "o", "1", "l", "3", "e", "4", "a", "5", "s", "7", "t", "@", "a", "$", "s", "!", "i").Replace(lower)
	forms := [...]string{lower, plain}
	var cores [len(forms)]string
	for i, form := range forms {
		cores[i] = strings.TrimFunc(form, func(r rune) bool { return !unicode.IsLetter(r) })
		if repeats(form) {
			return true
		}
	}
	const shortest, beside = 5, 6 // characters of a word that counts, and beside it
	for _, word := range frequency.FrequencyLists["passwords"] {
		for i, form := range forms {
			if word == cores[i] || len(word) >= shortest && len(form)-len(word) < beside && strings.Contains(form, word) {
				return true
			}
		}
	}
	return false
}

// repeats reports whether a text is one piece of at most four characters over and over.
func repeats(s string) bool {
	r := []rune(s)
	for n := 1; n <= 4 && n*2 < len(r); n++ {
		at := n
		for at < len(r) && r[at] == r[at-n] {
			at++
		}
		if at == len(r) {
			return true
		}
	}
	return false
}
