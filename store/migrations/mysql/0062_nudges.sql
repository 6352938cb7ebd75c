-- +goose NO TRANSACTION
-- +goose Up
-- What was last said to people about a conversation that waits (nudge), and to whom it is offered where people
-- accept by hand; missed counts the offers in a row that somebody let pass. Times are UTC microseconds, 0 = not yet.
SET @step = IF((SELECT COUNT(*) FROM information_schema.columns WHERE table_schema = DATABASE() AND table_name = 'conversations'
  AND column_name = 'nudge') = 0, 'ALTER TABLE conversations ADD COLUMN nudge VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '''',
  ADD COLUMN offered_to VARCHAR(128) NOT NULL DEFAULT '''', ADD COLUMN offered_at BIGINT NOT NULL DEFAULT 0', 'DO 0');
PREPARE step FROM @step;
EXECUTE step;
DEALLOCATE PREPARE step;

SET @step = IF((SELECT COUNT(*) FROM information_schema.columns WHERE table_schema = DATABASE() AND table_name = 'presence'
  AND column_name = 'missed') = 0, 'ALTER TABLE presence ADD COLUMN missed INT NOT NULL DEFAULT 0', 'DO 0');
PREPARE step FROM @step;
EXECUTE step;
DEALLOCATE PREPARE step;
