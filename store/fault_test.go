package store

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	driver "github.com/go-sql-driver/mysql"

	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/store/storetest"
)

// Statements that a database refuses, and the class of the fault it answers with.
func TestFaultsOfRealErrors(t *testing.T) {
	insert := func(column, value string) string {
		return "INSERT INTO citizens (uid, app_id, openid, created_at) SELECT " +
			strings.Replace("'u', 'a', 'o', 0", map[string]string{"uid": "'u'", "openid": "'o'", "created_at": "0"}[column], value, 1)
	}
	tests := map[string][]struct {
		name, query string
		want        models.FaultClass
	}{
		dialectMySQL: {
			{"too long", insert("uid", "REPEAT('x', 200)"), models.FaultPoison},
			{"out of range", insert("created_at", "99999999999999999999"), models.FaultPoison},
			{"not a character set", insert("uid", "'长'"), models.FaultPoison},
			{"no number", insert("created_at", "'abc'"), models.FaultPoison},
			{"column count", "INSERT INTO citizens (uid, app_id) VALUES ('a')", models.FaultPoison},
			{"no table", "INSERT INTO nowhere VALUES (1)", models.FaultSetup},
			{"no column", "UPDATE citizens SET absent = 1", models.FaultSetup},
			{"syntax", "SELEKT 1", models.FaultTransient},
		},
		dialectSQLite: {
			{"mismatch", insert("created_at", "'abc'"), models.FaultPoison},
			{"null", insert("openid", "NULL"), models.FaultPoison},
			{"no table", "INSERT INTO nowhere VALUES (1)", models.FaultSetup},
			{"no column", "UPDATE citizens SET absent = 1", models.FaultSetup},
			{"too big", insert("openid", "zeroblob(2000000000)"), models.FaultPoison},
			{"syntax", "SELEKT 1", models.FaultTransient},
		},
	}
	everywhere(t, func(t *testing.T, s *Store) {
		for _, tt := range tests[s.dialect.name] {
			err := execute(s, tt.query)
			if err == nil {
				t.Errorf("%s: no error", tt.name)
				continue
			}
			if got := classify(err); got != tt.want {
				t.Errorf("%s: %v is %s, want %s", tt.name, err, got, tt.want)
			}
		}
		record(t, s, inbound(1))
		for query, want := range map[string]string{
			"INSERT INTO interactions SELECT * FROM interactions":                                              "PRIMARY",
			"INSERT INTO citizens SELECT * FROM citizens":                                                      "PRIMARY",
			"INSERT INTO interactions (" + interactionColumns + ") SELECT " + otherID() + " FROM interactions": "event_key",
		} {
			err := execute(s, query)
			key, ok := duplicateKey(err)
			if !ok || s.dialect.name == dialectMySQL && key != want || want == "event_key" && key != want {
				t.Errorf("%s: %v names key %q, want %q", query, err, key, want)
			}
			if got := classify(err); got != models.FaultPoison {
				t.Errorf("duplicate outside the drain's races: %s", got)
			}
		}
	})
}

func otherID() string { return strings.Replace(interactionColumns, "id,", "id + 1,", 1) }

func TestFaultClasses(t *testing.T) {
	my := func(n uint16) error { return fmt.Errorf("wrapped: %w", &driver.MySQLError{Number: n, Message: "x"}) }
	for err, want := range map[error]models.FaultClass{
		context.DeadlineExceeded: models.FaultTransient, driver.ErrInvalidConn: models.FaultTransient,
		errors.New("never seen"): models.FaultTransient, driver.ErrPktTooLarge: models.FaultPoison,
		errors.New("year is not in the range [0, 9999]: 12026"): models.FaultPoison, errSchema: models.FaultSetup,
		fmt.Errorf("x: %w", errRaced): models.FaultTransient,
	} {
		if got := classify(err); got != want {
			t.Errorf("%v is %s, want %s", err, got, want)
		}
	}
	for want, numbers := range map[models.FaultClass][]uint16{
		models.FaultTransient: {1021, 1040, 1053, 1114, 1203, 1205, 1213, 1226, 1290, 1317, 1836, 1927, 2006, 2013, 8005, 8022, 8027, 8028, 9001, 9007},
		models.FaultSetup:     {1044, 1045, 1049, 1054, 1142, 1143, 1146, 1227},
		models.FaultPoison:    {1136, 1153, 1264, 1292, 1366, 1406, 3140, 1062},
	} {
		for _, n := range numbers {
			if got := classify(my(n)); got != want {
				t.Errorf("%d is %s, want %s", n, got, want)
			}
		}
	}
	// MySQL 8 and TiDB name the table before the key.
	for _, message := range []string{"Duplicate entry 'x' for key 'event_key'", "Duplicate entry 'a for key 'b' for key 'interactions.event_key'"} {
		if key, ok := duplicateKey(&driver.MySQLError{Number: 1062, Message: message}); !ok || key != "event_key" {
			t.Errorf("%s: key %q", message, key)
		}
	}
}

// One row the server can not take must not stop its neighbours: the batch is poison, the
// row alone is poison, its reduced form and all others are stored.
func TestOversizedRowIsPoison(t *testing.T) {
	server := storetest.Private(t, "--max-allowed-packet=1M")
	s := openStore(t, options(t, "mysql:"+server.Database(t)))
	ctx := context.Background()
	if err := s.Migrate(ctx); err != nil {
		t.Fatal(err)
	}
	big := inbound(1)
	big.Raw = make([]byte, 2<<20)
	wantFault(t, s.Append(ctx, []models.Interaction{big, inbound(2)}, nil), models.FaultPoison)
	wantFault(t, s.Append(ctx, []models.Interaction{big}, nil), models.FaultPoison)
	record(t, s, inbound(2))
	big.Raw = nil
	if err := s.Append(ctx, []models.Interaction{Reduced(big, "packet too large")}, nil); err != nil {
		t.Fatal(err)
	}
	if n := number(t, s, "SELECT COUNT(*) FROM interactions"); n != 2 {
		t.Errorf("%d rows, want 2", n)
	}
}

func TestUnreachableDatabase(t *testing.T) {
	s := openStore(t, options(t, "mysql:root:secret-canary@tcp(127.0.0.1:1)/nothing"))
	err := s.Append(context.Background(), []models.Interaction{inbound(1)}, nil)
	wantFault(t, err, models.FaultTransient)
	ready := s.Ready(context.Background())
	wantCode(t, ready, models.CodeUnavailable)
	if strings.Contains(err.Error()+ready.Error(), "secret-canary") {
		t.Error("an error shows the password")
	}
	if len(s.Warnings(context.Background())) != 0 {
		t.Error("warnings about a database nobody has seen")
	}
}

func TestRefusedDatabase(t *testing.T) {
	server := storetest.Private(t)
	dsn := server.Database(t)
	server.Exec(t, "CREATE USER 'w'@'%' IDENTIFIED BY 'right'")
	s := openStore(t, options(t, "mysql:"+strings.Replace(dsn, "root@", "w:wrong@", 1)))
	wantFault(t, s.Append(context.Background(), []models.Interaction{inbound(1)}, nil), models.FaultSetup)
	wantCode(t, s.Ready(context.Background()), models.CodeUnavailable)
}
