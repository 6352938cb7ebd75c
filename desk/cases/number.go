package cases

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
	"time"

	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/store"
)

// A number has a day (YYMMDD), a serial of the account and day, and a check digit.
const (
	serialDigits = 5
	numberDigits = 6 + serialDigits + 1
	maxSerial    = 99_999
)

// number makes the number of a serial of a day.
func number(day time.Time, serial int64) string {
	digits := day.In(models.Shanghai()).Format("060102") + fmt.Sprintf("%0*d", serialDigits, serial)
	return digits + string(luhn(digits))
}

// luhn is the check digit behind digits (ISO/IEC 7812-1): it tells one wrong digit, and most pairs that
// were exchanged.
func luhn(digits string) byte {
	sum := 0
	for i := range len(digits) {
		n := int(digits[len(digits)-1-i] - '0')
		if i%2 == 0 {
			if n *= 2; n > 9 {
				n -= 9
			}
		}
		sum += n
	}
	return '0' + byte((10-sum%10)%10)
}

// ParseNumber reads a number as people type it, with digits of any width, blanks and hyphens. A wrong
// check digit is a fault, so that nobody looks for a case that can not be.
func ParseNumber(text string) (string, error) {
	digits := strings.Map(func(r rune) rune {
		switch {
		case r >= '０' && r <= '９':
			return r - '０' + '0'
		case r == ' ' || r == '　' || r == '-' || r == '－' || r == '\t':
			return -1
		}
		return r
	}, strings.TrimSpace(text))
	if len(digits) != numberDigits || strings.Trim(digits, "0123456789") != "" || luhn(digits[:numberDigits-1]) != digits[numberDigits-1] {
		return "", faulty("number", "case_number", "编号有误：应为 12 位数字，例 2603 0200 0013，请核对")
	}
	return digits, nil
}

// nextNumber takes the next serial of an account and day.
func nextNumber(ctx context.Context, t *store.Tx, appID string, at time.Time) (string, error) {
	at = at.In(models.Shanghai())
	day, _ := models.DayNumber(at.Format(time.DateOnly)) // a date that was just made
	err := t.Upsert(ctx, "case_serials", "app_id, day, last", 3, []any{appID, day, int64(1)}, t.Dialect().Adding("case_serials", "app_id, day", "last"))
	if err != nil {
		return "", err
	}
	var last int64
	err = t.Query(ctx, func(rows *sql.Rows) error { return rows.Scan(&last) }, "SELECT last FROM case_serials WHERE app_id = ? AND day = ?", appID, day)
	if err == nil && last > maxSerial {
		err = models.NewError(models.CodeConflict, "这个账号今天的工单编号已用完")
	}
	return number(at, last), err
}

func faulty(field, code, text string, pairs ...string) *models.Error {
	return models.Faulty("填写有误", models.Fault(field, code, text, pairs...))
}
