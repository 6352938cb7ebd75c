package store

import (
	"errors"
	"fmt"
	"strings"

	driver "github.com/go-sql-driver/mysql"
	"gorm.io/gorm"
	modernc "modernc.org/sqlite"

	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/store/sqlite"
)

// Races: another writer committed first. The batch is rolled back and repeated.
var (
	errRaced  = errors.New("another writer was first")
	errSameID = errors.New("another instance made the same id")
)

type race int

const (
	raceNone race = iota
	raceKey       // repeat from the SELECT
	raceID        // with other ids
)

// mysqlDeadlock is ER_LOCK_DEADLOCK: the whole transaction was rolled back.
const mysqlDeadlock = 1213

func raced(err error) race {
	var my *driver.MySQLError
	switch {
	case errors.Is(err, errSameID):
		return raceID
	case errors.Is(err, errRaced):
		return raceKey
	case errors.As(err, &my) && my.Number == mysqlDeadlock:
		return raceKey
	}
	return raceNone
}

// sqliteError is SQLITE_ERROR (https://www.sqlite.org/rescode.html).
const sqliteError = 1

// duplicateKey returns the name of the unique key an INSERT ran into: "PRIMARY" for the
// primary one.
func duplicateKey(err error) (string, bool) {
	var my *driver.MySQLError
	if errors.As(err, &my) && my.Number == 1062 {
		name := strings.TrimSuffix(afterLast(my.Message, " for key '"), "'")
		return name[strings.LastIndexByte(name, '.')+1:], true
	}
	var lite *modernc.Error
	if !errors.As(err, &lite) {
		return "", false
	}
	switch lite.Code() {
	case sqlite.CodePrimaryKey:
		return "PRIMARY", true
	case sqlite.CodeUnique:
		column, _, _ := strings.Cut(afterLast(lite.Error(), "UNIQUE constraint failed: "), ",")
		return column[strings.LastIndexByte(column, '.')+1:], true
	}
	return "", false
}

// afterLast is what follows the last sep in s, "" without one.
func afterLast(s, sep string) string {
	i := strings.LastIndex(s, sep)
	if i < 0 {
		return ""
	}
	return s[i+len(sep):]
}

// duplicateRow explains a failed INSERT of interactions.
func duplicateRow(err error) error {
	switch key, ok := duplicateKey(err); {
	case ok && key == "event_key":
		return fmt.Errorf("%w: %w", errRaced, err)
	case ok && key == "PRIMARY":
		return fmt.Errorf("%w: %w", errSameID, err)
	}
	return err
}

// duplicate explains a failed INSERT of what was not there before.
func duplicate(err error) error {
	if _, ok := duplicateKey(err); ok {
		return fmt.Errorf("%w: %w", errRaced, err)
	}
	return err
}

// fault wraps err into a *models.StoreFault; nil stays nil.
func fault(err error) error {
	var f *models.StoreFault
	if err == nil || errors.As(err, &f) {
		return err
	}
	return &models.StoreFault{Class: classify(err), Err: err}
}

// classify follows the error numbers of MySQL and TiDB
// (https://dev.mysql.com/doc/mysql-errors/8.4/en/server-error-reference.html) and SQLite.
// What is not known is transient: it is tried again, and the journal gives up on a single
// row only while other rows can be stored.
func classify(err error) models.FaultClass {
	var my *driver.MySQLError
	var lite *modernc.Error
	switch {
	case errors.Is(err, errSchema) || errors.Is(err, errVolatile):
		return models.FaultSetup
	case errors.Is(err, errRaced) || errors.Is(err, errSameID):
		return models.FaultTransient
	case errors.Is(err, driver.ErrPktTooLarge):
		return models.FaultPoison
	case errors.Is(err, gorm.ErrDuplicatedKey):
		return models.FaultPoison
	case errors.As(err, &my) && my.Number == 1105 && strings.Contains(my.Message, "max_allowed_packet"):
		return models.FaultPoison // the driver sent a statement too long for one packet in parts
	case errors.As(err, &my):
		return classifyMySQL(my.Number)
	case errors.As(err, &lite):
		return classifySQLite(lite)
	}
	if text := err.Error(); strings.Contains(text, "year is not in the range") || strings.Contains(text, "converting argument") {
		return models.FaultPoison
	}
	return models.FaultTransient
}

func classifyMySQL(number uint16) models.FaultClass {
	switch number {
	case 1044, 1045, 1049, 1054, 1142, 1143, 1146, 1227:
		return models.FaultSetup
	case 1062, 1136, 1153, 1264, 1292, 1366, 1406, 3140:
		return models.FaultPoison
	}
	return models.FaultTransient
}

func classifySQLite(err *modernc.Error) models.FaultClass {
	switch err.Code() & 0xFF {
	case sqliteError:
		text := err.Error()
		if strings.Contains(text, "no such table") || strings.Contains(text, "no such column") || strings.Contains(text, "has no column") {
			return models.FaultSetup
		}
	case 11, 26: // CORRUPT, NOTADB
		return models.FaultSetup
	case 18, 19, 20: // TOOBIG, CONSTRAINT, MISMATCH
		return models.FaultPoison
	}
	return models.FaultTransient
}
