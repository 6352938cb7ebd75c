-- +goose NO TRANSACTION
-- +goose Up
-- The office seconds of an answer and whether a wait was the first of its session stand in the index
-- too: medians on either clock, of all waits and of first ones, are read from it alone.
SET @step = IF((SELECT COUNT(*) FROM information_schema.statistics WHERE table_schema = DATABASE() AND table_name = 'waits'
  AND index_name = 'waits_window') < 14, 'ALTER TABLE waits DROP INDEX waits_window,
  ADD INDEX waits_window (app_id, channel, rolled, open_at, id, answer_at, bot_at, left_at, topic, staff, assignee, mark, first_wait, office_rt)', 'DO 0');
PREPARE step FROM @step;
EXECUTE step;
DEALLOCATE PREPARE step;

-- Until when each account's problems were looked for window by window, from when on where its log is
-- older, by which rules, and how much the log held then.
CREATE TABLE IF NOT EXISTS diagnosed (
  app_id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  through BIGINT NOT NULL,
  began BIGINT NOT NULL,
  rule_version VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  waits BIGINT NOT NULL,
  articles BIGINT NOT NULL,
  PRIMARY KEY (app_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
