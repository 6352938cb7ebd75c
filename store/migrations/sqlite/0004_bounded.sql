-- +goose Up
-- The days of one citizen lie together; what the window needs is counted by day.
CREATE TABLE citizen_days (
  app_id TEXT NOT NULL,
  channel TEXT NOT NULL,
  uid TEXT NOT NULL,
  day TEXT NOT NULL,
  msgs INTEGER NOT NULL,
  PRIMARY KEY (app_id, channel, uid, day)
) STRICT, WITHOUT ROWID;
INSERT INTO citizen_days (app_id, channel, uid, day, msgs) SELECT app_id, channel, uid, day, msgs FROM active_days;
DROP TABLE active_days;
ALTER TABLE citizen_days RENAME TO active_days;

CREATE TABLE active_returns (
  app_id TEXT NOT NULL,
  channel TEXT NOT NULL,
  day TEXT NOT NULL,
  previous_day TEXT NOT NULL,
  citizens INTEGER NOT NULL,
  msgs INTEGER NOT NULL,
  PRIMARY KEY (app_id, channel, day, previous_day)
) STRICT, WITHOUT ROWID;
INSERT INTO active_returns (app_id, channel, day, previous_day, citizens, msgs)
SELECT app_id, channel, day, day, COUNT(*), SUM(msgs) FROM active_days GROUP BY app_id, channel, day;
INSERT INTO active_returns (app_id, channel, day, previous_day, citizens, msgs)
SELECT app_id, channel, day, previous_day, COUNT(*), 0 FROM (
  SELECT app_id, channel, day, LAG(day) OVER (PARTITION BY app_id, channel, uid ORDER BY day) AS previous_day FROM active_days
) d WHERE previous_day IS NOT NULL GROUP BY app_id, channel, day, previous_day;

CREATE TABLE rt_bands (
  app_id TEXT NOT NULL,
  channel TEXT NOT NULL,
  day TEXT NOT NULL,
  first_wait INTEGER NOT NULL,
  low INTEGER NOT NULL,
  cnt INTEGER NOT NULL,
  seconds INTEGER NOT NULL,
  PRIMARY KEY (app_id, channel, day, first_wait, low)
) STRICT, WITHOUT ROWID;
-- The bounds that store.bandOf gives: eight bands from each power of two to the next.
INSERT INTO rt_bands (app_id, channel, day, first_wait, low, cnt, seconds)
WITH RECURSIVE bands (low, width) AS (
  SELECT 0, 1
  UNION ALL
  SELECT low + width, CASE WHEN low + width = 16 * width THEN 2 * width ELSE width END FROM bands WHERE low < 4294967296
)
SELECT h.app_id, h.channel, h.day, h.first_wait, b.low, SUM(h.cnt), SUM(h.cnt * h.sec)
FROM rt_hist h JOIN bands b ON h.sec >= b.low AND h.sec < b.low + b.width
GROUP BY h.app_id, h.channel, h.day, h.first_wait, b.low;

-- wait_hours by whole days, staff left out; day_at is the first second.
CREATE TABLE wait_days (
  app_id TEXT NOT NULL,
  channel TEXT NOT NULL,
  day_at INTEGER NOT NULL,
  topic TEXT NOT NULL,
  opened INTEGER NOT NULL,
  human INTEGER NOT NULL,
  bot INTEGER NOT NULL,
  expired INTEGER NOT NULL,
  left_count INTEGER NOT NULL,
  ontime_human_1 INTEGER NOT NULL,
  ontime_human_2 INTEGER NOT NULL,
  ontime_human_3 INTEGER NOT NULL,
  ontime_human_4 INTEGER NOT NULL,
  ontime_bot_1 INTEGER NOT NULL,
  ontime_bot_2 INTEGER NOT NULL,
  ontime_bot_3 INTEGER NOT NULL,
  ontime_bot_4 INTEGER NOT NULL,
  left_breach_1 INTEGER NOT NULL,
  left_breach_2 INTEGER NOT NULL,
  left_breach_3 INTEGER NOT NULL,
  left_breach_4 INTEGER NOT NULL,
  rt_sum INTEGER NOT NULL,
  rt_office_sum INTEGER NOT NULL,
  u_micro INTEGER NOT NULL,
  u_office_micro INTEGER NOT NULL,
  first_lost INTEGER NOT NULL,
  sessions INTEGER NOT NULL,
  two_way INTEGER NOT NULL,
  rated INTEGER NOT NULL,
  satisfied INTEGER NOT NULL,
  queries INTEGER NOT NULL,
  served INTEGER NOT NULL,
  aged INTEGER NOT NULL,
  repeated INTEGER NOT NULL,
  PRIMARY KEY (app_id, channel, day_at, topic)
) STRICT, WITHOUT ROWID;
INSERT INTO wait_days (app_id, channel, day_at, topic,
  opened, human, bot, expired, left_count, ontime_human_1, ontime_human_2, ontime_human_3, ontime_human_4, ontime_bot_1,
  ontime_bot_2, ontime_bot_3, ontime_bot_4, left_breach_1, left_breach_2, left_breach_3, left_breach_4, rt_sum, rt_office_sum,
  u_micro, u_office_micro, first_lost, sessions, two_way, rated, satisfied, queries, served, aged, repeated)
SELECT app_id, channel, (hour + 28800) / 86400 * 86400 - 28800 AS day_at, topic,
  SUM(opened), SUM(human), SUM(bot), SUM(expired), SUM(left_count), SUM(ontime_human_1), SUM(ontime_human_2),
  SUM(ontime_human_3), SUM(ontime_human_4), SUM(ontime_bot_1), SUM(ontime_bot_2), SUM(ontime_bot_3), SUM(ontime_bot_4),
  SUM(left_breach_1), SUM(left_breach_2), SUM(left_breach_3), SUM(left_breach_4), SUM(rt_sum), SUM(rt_office_sum), SUM(u_micro),
  SUM(u_office_micro), SUM(first_lost), SUM(sessions), SUM(two_way), SUM(rated), SUM(satisfied), SUM(queries), SUM(served),
  SUM(aged), SUM(repeated)
FROM wait_hours GROUP BY app_id, channel, (hour + 28800) / 86400 * 86400 - 28800, topic;
