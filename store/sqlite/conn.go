package sqlite

import (
	"context"
	"database/sql/driver"
	"errors"

	modernc "modernc.org/sqlite"
)

// maxStatements is how many prepared statements a SQLite connection keeps.
const maxStatements = 256

// connector opens connections that keep their statements prepared: parsing an INSERT
// costs SQLite as much as running it, and the program's statements are few.
type connector struct{ driver.Connector }

func newConnector(dsn string) (driver.Connector, error) {
	c, err := modernc.NewConnector(dsn)
	return connector{c}, err
}

// rawConn is what the driver's connections can do.
type rawConn interface {
	driver.Conn
	driver.ConnPrepareContext
	driver.ConnBeginTx
	driver.Pinger
	driver.SessionResetter
	driver.Validator
}

type rawStatement interface {
	driver.Stmt
	driver.StmtExecContext
	driver.StmtQueryContext
}

var errDriver = errors.New("the SQLite driver lacks an interface it is known to have")

// Connect is called by database/sql.
func (c connector) Connect(ctx context.Context) (driver.Conn, error) {
	conn, err := c.Connector.Connect(ctx)
	if err != nil {
		return nil, err
	}
	raw, ok := conn.(rawConn)
	if !ok {
		return nil, errors.Join(errDriver, conn.Close())
	}
	return &connection{rawConn: raw, idle: make(map[string]rawStatement)}, nil
}

// connection is one connection; database/sql uses it from one goroutine at a time.
type connection struct {
	rawConn
	idle map[string]rawStatement // prepared and not in use
}

// take returns the statement prepared; it is the caller's until put.
func (c *connection) take(ctx context.Context, query string) (rawStatement, error) {
	if s, ok := c.idle[query]; ok {
		delete(c.idle, query)
		return s, nil
	}
	s, err := c.PrepareContext(ctx, query)
	if err != nil {
		return nil, err
	}
	raw, ok := s.(rawStatement)
	if !ok {
		return nil, errors.Join(errDriver, s.Close())
	}
	return raw, nil
}

// put keeps a statement for the next time; of two of the same text one is enough.
func (c *connection) put(query string, s rawStatement) error {
	if _, ok := c.idle[query]; ok {
		return s.Close()
	}
	var err error
	for old, o := range c.idle {
		if len(c.idle) < maxStatements {
			break
		}
		err = errors.Join(err, o.Close())
		delete(c.idle, old)
	}
	c.idle[query] = s
	return err
}

// Rows is the only argument of a statement that is to run once for every row, of Width values each.
type Rows struct {
	Values []any
	Width  int
}

// CheckNamedValue is called by database/sql: it lets Rows through to ExecContext.
func (c *connection) CheckNamedValue(v *driver.NamedValue) error {
	if _, ok := v.Value.(Rows); ok {
		return nil
	}
	return driver.ErrSkip
}

// execRows runs a statement once for every row. A row is quick, so the context is looked at
// between rows; the driver would start a goroutine for each to interrupt it.
func (c *connection) execRows(ctx context.Context, query string, list Rows) (driver.Result, error) {
	s, err := c.take(ctx, query)
	if err != nil {
		return nil, err
	}
	args := make([]driver.NamedValue, list.Width)
	for v := list.Values; len(v) > 0; v = v[list.Width:] {
		for i := range args {
			args[i].Ordinal = i + 1
			args[i].Value, err = driver.DefaultParameterConverter.ConvertValue(v[i])
			if err != nil {
				return nil, errors.Join(err, s.Close())
			}
		}
		if err := ctx.Err(); err != nil {
			return nil, errors.Join(err, s.Close())
		}
		if _, err := s.ExecContext(context.WithoutCancel(ctx), args); err != nil {
			return nil, errors.Join(err, s.Close())
		}
	}
	return driver.ResultNoRows, c.put(query, s)
}

// ExecContext is called by database/sql.
func (c *connection) ExecContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Result, error) {
	if len(args) == 1 {
		if list, ok := args[0].Value.(Rows); ok {
			return c.execRows(ctx, query, list)
		}
	}
	s, err := c.take(ctx, query)
	if err != nil {
		return nil, err
	}
	r, err := s.ExecContext(ctx, args)
	if err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return r, c.put(query, s)
}

// QueryContext is called by database/sql. The statement is busy until its rows are closed.
func (c *connection) QueryContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Rows, error) {
	s, err := c.take(ctx, query)
	if err != nil {
		return nil, err
	}
	rows, err := s.QueryContext(ctx, args)
	if err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return &busyRows{Rows: rows, release: func() error { return c.put(query, s) }}, nil
}

// Close finalizes the statements and closes the connection.
func (c *connection) Close() error {
	var faults []error
	for _, s := range c.idle {
		faults = append(faults, s.Close())
	}
	c.idle = nil
	return errors.Join(append(faults, c.rawConn.Close())...)
}

type busyRows struct {
	driver.Rows
	release func() error
}

// Close is called by database/sql, once or more.
func (r *busyRows) Close() error {
	err := r.Rows.Close()
	if r.release != nil {
		err = errors.Join(err, r.release())
		r.release = nil
	}
	return err
}
