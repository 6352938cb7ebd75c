package sqlite

import (
	"context"
	"database/sql"
	"errors"

	"gorm.io/gorm"
	"gorm.io/gorm/callbacks"
	"gorm.io/gorm/clause"
	"gorm.io/gorm/logger"
	"gorm.io/gorm/migrator"
	"gorm.io/gorm/schema"
	modernc "modernc.org/sqlite"
)

// Codes of a duplicate key (https://www.sqlite.org/rescode.html).
const (
	CodePrimaryKey = 1555
	CodeUnique     = 2067
)

// Dialector is gorm over SQLite, as far as the store uses gorm: no AutoMigrate, no
// locking clauses, no auto-increment. It speaks to the driver of modernc.org/sqlite, which
// keeps statements prepared.
type Dialector struct{ Conn *sql.DB }

// Name is read by gorm.
func (Dialector) Name() string { return "sqlite" }

// Initialize is called by gorm.
func (d Dialector) Initialize(db *gorm.DB) error {
	db.ConnPool = d.Conn
	callbacks.RegisterDefaultCallbacks(db, &callbacks.Config{LastInsertIDReversed: true})
	return d.Conn.PingContext(context.Background())
}

// Migrator is called by gorm when it is asked to migrate, which never happens.
func (d Dialector) Migrator(db *gorm.DB) gorm.Migrator {
	return migrator.Migrator{Config: migrator.Config{DB: db, Dialector: d}}
}

// DataTypeOf is for migrations only.
func (Dialector) DataTypeOf(field *schema.Field) string { return string(field.DataType) }

// DefaultValueOf is for zero values of columns with a default.
func (Dialector) DefaultValueOf(*schema.Field) clause.Expression {
	return clause.Expr{SQL: "NULL"}
}

// BindVarTo writes a placeholder.
func (Dialector) BindVarTo(w clause.Writer, _ *gorm.Statement, _ any) { _ = w.WriteByte('?') }

// QuoteTo quotes a name of ours: letters, digits, underscores, and points between names.
func (Dialector) QuoteTo(w clause.Writer, name string) {
	_ = w.WriteByte('"')
	for i := range len(name) {
		switch name[i] {
		case '"':
		case '.':
			_, _ = w.WriteString(`"."`)
		default:
			_ = w.WriteByte(name[i])
		}
	}
	_ = w.WriteByte('"')
}

// Explain is for gorm's logger.
func (Dialector) Explain(query string, vars ...any) string {
	return logger.ExplainSQL(query, nil, `'`, vars...)
}

// Translate turns a duplicate key into gorm.ErrDuplicatedKey.
func (Dialector) Translate(err error) error {
	var lite *modernc.Error
	if errors.As(err, &lite) && (lite.Code() == CodeUnique || lite.Code() == CodePrimaryKey) {
		return gorm.ErrDuplicatedKey
	}
	return err
}
