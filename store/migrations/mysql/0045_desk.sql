-- +goose NO TRANSACTION
-- +goose Up
-- Who had a conversation before it went back to the queue; what is over is read by when it ended.
SET @step = IF((SELECT COUNT(*) FROM information_schema.columns WHERE table_schema = DATABASE() AND table_name = 'conversations'
  AND column_name = 'lost_by') = 0, 'ALTER TABLE conversations ADD COLUMN lost_by VARCHAR(128) NOT NULL DEFAULT '''', ADD KEY conversations_closed (closed_at, id)', 'DO 0');
PREPARE step FROM @step;
EXECUTE step;
DEALLOCATE PREPARE step;
