-- +goose NO TRANSACTION
-- +goose Up
-- All that the state of a decided wait follows from stands in the index: lists of waits and
-- distributions of response times read it alone, in the order of time.
SET @step = IF((SELECT COUNT(*) FROM information_schema.statistics WHERE table_schema = DATABASE() AND table_name = 'waits'
  AND index_name = 'waits_window') < 12, 'ALTER TABLE waits DROP INDEX waits_window,
  ADD INDEX waits_window (app_id, channel, rolled, open_at, id, answer_at, bot_at, left_at, topic, staff, assignee, mark)', 'DO 0');
PREPARE step FROM @step;
EXECUTE step;
DEALLOCATE PREPARE step;
