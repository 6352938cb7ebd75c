package waits

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/wenzheng/wenzheng/indices"
	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/store"
	"github.com/wenzheng/wenzheng/store/storetest"
)

// benchNumber is a number from the environment.
func benchNumber(name string, usual int) int {
	if n, err := strconv.Atoi(os.Getenv(name)); err == nil && n > 0 {
		return n
	}
	return usual
}

// windowEnd is the instant at which the windows are read: a Monday afternoon.
var windowEnd = time.Date(2026, 3, 2, 15, 20, 0, 0, models.Shanghai())

// windowLog is the log of a busy account that ends at windowEnd: rows of it, so many a day,
// most of them in office hours, from citizens who write once or often. Twenty topics, twelve
// members of staff, response times log-normal around twenty minutes. Part n of parts holds
// citizens of its own.
func windowLog(rows, aDay, n, parts int) []models.Interaction {
	const perQuestion = 13. / 7
	random := rand.New(rand.NewPCG(uint64(n), 77))
	questions := int(float64(rows) / perQuestion / float64(parts))
	days := float64(rows) / float64(aDay)
	citizens := max(1, questions/3)
	list := make([]models.Interaction, 0, 2*questions)
	for i := range questions {
		day := windowEnd.Add(-time.Duration(random.Float64() * days * float64(24*time.Hour)))
		at := time.Date(day.Year(), day.Month(), day.Day(), 0, 0, 0, 0, models.Shanghai()).Add(benchHour(random))
		if at.After(windowEnd) {
			at = at.AddDate(0, 0, -1)
		}
		who := math.Pow(random.Float64(), 1.6) * float64(citizens)
		openID, key := fmt.Sprintf("oBench_%03d_%08d", n, int(who)), fmt.Sprintf("bench-%d-%d", n, i)
		q := storetest.LogRow(openID, "in", at, key)
		q.Topic, q.Content = fmt.Sprintf("主题%02d", random.IntN(20)), "公积金怎么提取，需要带什么材料？"
		list = append(list, q)
		a := storetest.LogRow(openID, "bot", at.Add(time.Second), key+"-a")
		switch random.IntN(7) {
		case 0:
			continue
		case 1, 2:
			after := time.Duration(math.Exp(math.Log(1200)+1.6*random.NormFloat64())*1000) * time.Millisecond
			a = storetest.LogRow(openID, "human", at.Add(after).Truncate(time.Second), key+"-a")
			a.Staff = fmt.Sprintf("s%02d", random.IntN(12))
		case 3:
			a.Matched = false
		}
		if a.ReplyTo, a.Topic, a.Content = key, q.Topic, "请携带身份证到窗口办理。"; !a.At.After(windowEnd) {
			list = append(list, a)
		}
	}
	return list
}

// benchHour is a time of day: four in five between eight and six.
func benchHour(random *rand.Rand) time.Duration {
	if random.IntN(5) == 0 {
		return time.Duration(random.IntN(86400)) * time.Second
	}
	return 8*time.Hour + time.Duration(random.IntN(36000))*time.Second
}

// loadLog writes rows of citizens who are not in the log yet, and all that follows from them, by
// the room's own code but once for all rows instead of batch by batch.
func loadLog(t testing.TB, s *log, list []models.Interaction) {
	t.Helper()
	ctx := context.Background()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	rows := make([]models.Interaction, 0, len(list))
	_, err := s.Import(ctx, list, func(_ context.Context, _ *store.Tx, a *store.Arrival) (func() error, error) {
		for _, r := range a.Fresh {
			rows = append(rows, r.Slim().Interaction)
		}
		return func() error { return nil }, nil
	})
	must(err)
	write := func(f func(*txn) error) { must(s.transact(ctx, f)) }
	var held *measures
	write(func(t *txn) (err error) { held, err = s.measures(ctx, t); return err })
	m := held.of(appA)
	waits := m.rebuild(rows)
	indices.Carry(nil, waits, s.Now().Unix())
	indices.Age(waits, s.Now().Unix())
	var aged int64
	for i := range waits {
		if waits[i].Aged {
			aged = max(aged, waits[i].AgeAt)
		}
	}
	for part := range slices.Chunk(waits, 20_000) {
		write(func(t *txn) error { return t.saveWaits(ctx, part, nil) })
	}
	write(func(t *txn) error {
		rollup := m.diff(nil, waits)
		if err := t.addRollup(ctx, &rollup); err != nil {
			return err
		}
		return t.Exec(ctx, "UPDATE measure_state SET aged_until = ? WHERE id = 1 AND aged_until < ?", aged, aged)
	})
	write(func(t *txn) error { return t.addActive(ctx, indices.ActiveDays(rows), nil) })
}

// What loadLog writes is what Record would have written.
func TestLoadedLogIsTheRecordedOne(t *testing.T) {
	measuredEverywhere(t, windowEnd, func(t *testing.T, s *log) {
		rows := windowLog(2000, 100, 0, 1)
		loadLog(t, s, rows)
		noDifferences(t, s)
		if added, err := s.ImportInteractions(context.Background(), rows); added != 0 || err != nil {
			t.Errorf("added %d, error %v", added, err)
		}
	})
}

// windowStore returns a store that holds the log of the benchmark. In the database that
// WENZHENG_BENCH_DATABASE names it stays for the next run.
func windowStore(b *testing.B, dialect string, rows, aDay int) *log {
	b.Helper()
	database := os.Getenv("WENZHENG_BENCH_DATABASE")
	switch {
	case database != "":
	case dialect == dialectMySQL:
		database = "mysql:" + storetest.Private(b, "--innodb-buffer-pool-size=1G", "--innodb-flush-log-at-trx-commit=0").Database(b)
	default:
		database = fresh(b, dialect)
	}
	s := open(b, options(b, database, func() time.Time { return windowEnd }))
	if err := s.Migrate(context.Background()); err != nil {
		b.Fatal(err)
	}
	if number(b, s, "SELECT COUNT(*) FROM (SELECT id FROM interactions LIMIT 1) x") > 0 {
		return s
	}
	var counts []store.Followers
	for day := range 150 {
		counts = append(counts, store.Followers{AppID: appA, Day: indices.DayOf(windowEnd.Unix() - int64(day)*daySeconds), Count: 300_000})
	}
	if _, err := s.ImportFollowers(context.Background(), counts); err != nil {
		b.Fatal(err)
	}
	parts := 1 + (rows-1)/250_000
	for n := range parts {
		loadLog(b, s, windowLog(rows, aDay, n, parts))
	}
	return s
}

// BenchmarkWindow reads windows as of now and as of earlier times over a log of WENZHENG_BENCH_ROWS rows (50,000
// without it), WENZHENG_BENCH_ROWS_A_DAY a day (2,800 without it), and reports the median and the
// 95th percentile in milliseconds.
func BenchmarkWindow(b *testing.B) {
	rows, aDay := benchNumber("WENZHENG_BENCH_ROWS", 50_000), benchNumber("WENZHENG_BENCH_ROWS_A_DAY", 2800)
	for _, d := range dialects() {
		if only := os.Getenv("WENZHENG_BENCH_DIALECT"); only != "" && only != d {
			continue
		}
		s := windowStore(b, d, rows, aDay)
		for _, c := range []struct {
			name string
			days int           // of the window, which ends with the day of asOf
			ago  time.Duration // asOf
		}{
			{"days=30", 30, 0},
			{"days=90", 90, 0},
			{"days=30/clock=20s-behind", 30, 20 * time.Second},
			{"days=30/ago=72h", 30, 72 * time.Hour},
			{"days=45/ago=1080h", 45, 45 * 24 * time.Hour},
		} {
			b.Run(fmt.Sprintf("%s/rows=%d/aday=%d/%s", d, rows, aDay, c.name), func(b *testing.B) {
				end := time.Unix(ceilTo(windowEnd.Add(-c.ago).Unix(), daySeconds), 0)
				w := Window{AppID: appA, From: end.AddDate(0, 0, -c.days), To: end, AsOf: windowEnd.Add(-c.ago)}
				var took []time.Duration
				for b.Loop() {
					begin := time.Now()
					if _, err := s.Measured(context.Background(), w); err != nil {
						b.Fatal(err)
					}
					took = append(took, time.Since(begin))
				}
				slices.Sort(took)
				for _, q := range []int{50, 95} {
					at := took[(q*len(took)+99)/100-1]
					b.ReportMetric(float64(at.Microseconds())/1000, fmt.Sprintf("p%d-ms", q))
				}
			})
		}
	}
}

// BenchmarkExport reads the whole log of BenchmarkWindow, of all accounts and of one.
func BenchmarkExport(b *testing.B) {
	rows, aDay := benchNumber("WENZHENG_BENCH_ROWS", 50_000), benchNumber("WENZHENG_BENCH_ROWS_A_DAY", 2800)
	for _, d := range dialects() {
		if only := os.Getenv("WENZHENG_BENCH_DIALECT"); only != "" && only != d {
			continue
		}
		s := windowStore(b, d, rows, aDay)
		for name, f := range map[string]store.Filter{"all": {}, "account": {AppIDs: []string{appA}}} {
			b.Run(d+"/"+name, func(b *testing.B) {
				n := 0
				for b.Loop() {
					err := s.Interactions(context.Background(), f, func(models.Interaction) error { n++; return nil })
					if err != nil {
						b.Fatal(err)
					}
				}
				b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "rows/s")
			})
		}
	}
}

// BenchmarkLive reads what one telling of the live figures needs, over the log of BenchmarkWindow.
func BenchmarkLive(b *testing.B) {
	rows, aDay := benchNumber("WENZHENG_BENCH_ROWS", 50_000), benchNumber("WENZHENG_BENCH_ROWS_A_DAY", 2800)
	for _, d := range dialects() {
		if only := os.Getenv("WENZHENG_BENCH_DIALECT"); only != "" && only != d {
			continue
		}
		s := windowStore(b, d, rows, aDay)
		to := time.Unix(ceilTo(windowEnd.Unix(), daySeconds), 0)
		windows := []Window{{AppID: appA, From: to.AddDate(0, 0, -1), To: to}, {AppID: appA, From: to.AddDate(0, 0, -30), To: to}}
		b.Run(d+"/now", func(b *testing.B) {
			for b.Loop() {
				if _, err := s.MeasuredNow(context.Background(), windows...); err != nil {
					b.Fatal(err)
				}
			}
		})
		b.Run(d+"/reports", func(b *testing.B) {
			for b.Loop() {
				for _, w := range windows {
					if _, err := s.Measured(context.Background(), w); err != nil {
						b.Fatal(err)
					}
				}
			}
		})
	}
}
