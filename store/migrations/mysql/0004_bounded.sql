-- +goose NO TRANSACTION
-- +goose Up
-- The days of one citizen lie together; what the window needs is counted by day.
ALTER TABLE active_days MODIFY COLUMN uid VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL AFTER channel,
  DROP PRIMARY KEY, ADD PRIMARY KEY (app_id, channel, uid, day);

CREATE TABLE IF NOT EXISTS active_returns (
  app_id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  channel VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  day VARCHAR(10) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  previous_day VARCHAR(10) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  citizens BIGINT NOT NULL,
  msgs BIGINT NOT NULL,
  PRIMARY KEY (app_id, channel, day, previous_day)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
DELETE FROM active_returns;
INSERT INTO active_returns (app_id, channel, day, previous_day, citizens, msgs)
SELECT app_id, channel, day, day, COUNT(*), SUM(msgs) FROM active_days GROUP BY app_id, channel, day;
INSERT INTO active_returns (app_id, channel, day, previous_day, citizens, msgs)
SELECT app_id, channel, day, previous_day, COUNT(*), 0 FROM (
  SELECT app_id, channel, day, LAG(day) OVER (PARTITION BY app_id, channel, uid ORDER BY day) AS previous_day FROM active_days
) d WHERE previous_day IS NOT NULL GROUP BY app_id, channel, day, previous_day;

CREATE TABLE IF NOT EXISTS rt_bands (
  app_id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  channel VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  day VARCHAR(10) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  first_wait TINYINT NOT NULL,
  low BIGINT NOT NULL,
  cnt BIGINT NOT NULL,
  seconds BIGINT NOT NULL,
  PRIMARY KEY (app_id, channel, day, first_wait, low)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
DELETE FROM rt_bands;
-- The bounds that store.bandOf gives: eight bands from each power of two to the next. The great numbers make BIGINTs of 0 and 1.
INSERT INTO rt_bands (app_id, channel, day, first_wait, low, cnt, seconds)
WITH RECURSIVE bands (low, width) AS (
  SELECT 9000000000 - 9000000000, 9000000000 - 8999999999
  UNION ALL
  SELECT low + width, CASE WHEN low + width = 16 * width THEN 2 * width ELSE width END FROM bands WHERE low < 4294967296
)
SELECT h.app_id, h.channel, h.day, h.first_wait, b.low, SUM(h.cnt), SUM(h.cnt * h.sec)
FROM rt_hist h JOIN bands b ON h.sec >= b.low AND h.sec < b.low + b.width
GROUP BY h.app_id, h.channel, h.day, h.first_wait, b.low;

-- wait_hours by whole days, staff left out; day_at is the first second.
CREATE TABLE IF NOT EXISTS wait_days (
  app_id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  channel VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  day_at BIGINT NOT NULL,
  topic VARCHAR(128) NOT NULL,
  opened BIGINT NOT NULL,
  human BIGINT NOT NULL,
  bot BIGINT NOT NULL,
  expired BIGINT NOT NULL,
  left_count BIGINT NOT NULL,
  ontime_human_1 BIGINT NOT NULL,
  ontime_human_2 BIGINT NOT NULL,
  ontime_human_3 BIGINT NOT NULL,
  ontime_human_4 BIGINT NOT NULL,
  ontime_bot_1 BIGINT NOT NULL,
  ontime_bot_2 BIGINT NOT NULL,
  ontime_bot_3 BIGINT NOT NULL,
  ontime_bot_4 BIGINT NOT NULL,
  left_breach_1 BIGINT NOT NULL,
  left_breach_2 BIGINT NOT NULL,
  left_breach_3 BIGINT NOT NULL,
  left_breach_4 BIGINT NOT NULL,
  rt_sum BIGINT NOT NULL,
  rt_office_sum BIGINT NOT NULL,
  u_micro BIGINT NOT NULL,
  u_office_micro BIGINT NOT NULL,
  first_lost BIGINT NOT NULL,
  sessions BIGINT NOT NULL,
  two_way BIGINT NOT NULL,
  rated BIGINT NOT NULL,
  satisfied BIGINT NOT NULL,
  queries BIGINT NOT NULL,
  served BIGINT NOT NULL,
  aged BIGINT NOT NULL,
  repeated BIGINT NOT NULL,
  PRIMARY KEY (app_id, channel, day_at, topic)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
DELETE FROM wait_days;
INSERT INTO wait_days (app_id, channel, day_at, topic,
  opened, human, bot, expired, left_count, ontime_human_1, ontime_human_2, ontime_human_3, ontime_human_4, ontime_bot_1,
  ontime_bot_2, ontime_bot_3, ontime_bot_4, left_breach_1, left_breach_2, left_breach_3, left_breach_4, rt_sum, rt_office_sum,
  u_micro, u_office_micro, first_lost, sessions, two_way, rated, satisfied, queries, served, aged, repeated)
SELECT app_id, channel, (hour + 28800) DIV 86400 * 86400 - 28800 AS day_at, topic,
  SUM(opened), SUM(human), SUM(bot), SUM(expired), SUM(left_count), SUM(ontime_human_1), SUM(ontime_human_2),
  SUM(ontime_human_3), SUM(ontime_human_4), SUM(ontime_bot_1), SUM(ontime_bot_2), SUM(ontime_bot_3), SUM(ontime_bot_4),
  SUM(left_breach_1), SUM(left_breach_2), SUM(left_breach_3), SUM(left_breach_4), SUM(rt_sum), SUM(rt_office_sum), SUM(u_micro),
  SUM(u_office_micro), SUM(first_lost), SUM(sessions), SUM(two_way), SUM(rated), SUM(satisfied), SUM(queries), SUM(served),
  SUM(aged), SUM(repeated)
FROM wait_hours GROUP BY app_id, channel, (hour + 28800) DIV 86400 * 86400 - 28800, topic;
