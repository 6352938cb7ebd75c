package mysql

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestComplete_ParametersThatAreMissing(t *testing.T) {
	const exact = "charset=utf8mb4&collation=utf8mb4_bin&interpolateParams=true&loc=UTC&maxAllowedPacket=0&parseTime=true&readTimeout=3s" +
		"&sql_mode=%27STRICT_ALL_TABLES%2CNO_ZERO_DATE%2CNO_ZERO_IN_DATE%2CERROR_FOR_DIVISION_BY_ZERO%2CNO_ENGINE_SUBSTITUTION%27" +
		"&timeout=1s&writeTimeout=3s"
	tests := []struct {
		name, in, want string
		warnings       int
	}{
		{"bare", "u:p@tcp(127.0.0.1:3306)/w", "u:p@tcp(127.0.0.1:3306)/w?" + exact, 0},
		{"socket", "u@unix(/run/mysqld.sock)/w", "u@unix(/run/mysqld.sock)/w?" + exact, 0},
		{"odd password", "u:p?a/b@c@tcp(localhost:3306)/w", "u:p?a/b@c@tcp(localhost:3306)/w?" + exact, 0},
		{"far away", "u:p@tcp(db:3306)/w", "u:p@tcp(db:3306)/w?" + strings.Replace(exact, "&writeTimeout", "&tls=true&writeTimeout", 1), 0},
		{"unverified", "u:p@tcp(db:3306)/w?tls=skip-verify", "u:p@tcp(db:3306)/w?" + strings.Replace(exact, "&writeTimeout", "&tls=skip-verify&writeTimeout", 1), 1},
		{"own value", "u:p@tcp(127.0.0.1:3306)/w?readTimeout=9s", "u:p@tcp(127.0.0.1:3306)/w?" + strings.Replace(exact, "readTimeout=3s", "readTimeout=9s", 1), 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, warnings, err := Complete(tt.in)
			if err != nil || len(warnings) != tt.warnings {
				t.Fatalf("warnings %v, error %v", warnings, err)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("DSN differs (-want +got):\n%s", diff)
			}
		})
	}
}
