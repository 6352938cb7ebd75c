package store

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
	"modernc.org/sqlite"
)

// sqliteDialector is gorm over SQLite, as far as this package uses gorm: no AutoMigrate, no
// locking clauses, no auto-increment. It speaks to the driver of modernc.org/sqlite, which
// keeps statements prepared.
type sqliteDialector struct{ conn *sql.DB }

// Name is read by gorm.
func (sqliteDialector) Name() string { return dialectSQLite }

// Initialize is called by gorm.
func (d sqliteDialector) Initialize(db *gorm.DB) error {
	db.ConnPool = d.conn
	callbacks.RegisterDefaultCallbacks(db, &callbacks.Config{LastInsertIDReversed: true})
	return d.conn.PingContext(context.Background())
}

// Migrator is called by gorm when it is asked to migrate, which never happens.
func (d sqliteDialector) Migrator(db *gorm.DB) gorm.Migrator {
	return migrator.Migrator{Config: migrator.Config{DB: db, Dialector: d}}
}

// DataTypeOf is for migrations only.
func (sqliteDialector) DataTypeOf(field *schema.Field) string { return string(field.DataType) }

// DefaultValueOf is for zero values of columns with a default.
func (sqliteDialector) DefaultValueOf(*schema.Field) clause.Expression {
	return clause.Expr{SQL: "NULL"}
}

// BindVarTo writes a placeholder.
func (sqliteDialector) BindVarTo(w clause.Writer, _ *gorm.Statement, _ any) { _ = w.WriteByte('?') }

// QuoteTo quotes a name of ours: letters, digits, underscores, and points between names.
func (sqliteDialector) QuoteTo(w clause.Writer, name string) {
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
func (sqliteDialector) Explain(query string, vars ...any) string {
	return logger.ExplainSQL(query, nil, `'`, vars...)
}

// Translate turns a duplicate key into gorm.ErrDuplicatedKey.
func (sqliteDialector) Translate(err error) error {
	var lite *sqlite.Error
	if errors.As(err, &lite) && (lite.Code() == sqliteUnique || lite.Code() == sqlitePrimaryKey) {
		return gorm.ErrDuplicatedKey
	}
	return err
}
