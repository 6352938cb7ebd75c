-- +goose NO TRANSACTION
-- +goose Up
-- The slip of the pen that was put right to answer, and what it was read as: 社宝卡→社保卡.
SET @step = IF((SELECT COUNT(*) FROM information_schema.columns WHERE table_schema = DATABASE() AND table_name = 'interactions'
  AND column_name = 'corrected') = 0, 'ALTER TABLE interactions ADD COLUMN corrected VARCHAR(255) NOT NULL DEFAULT ''''', 'DO 0');
PREPARE step FROM @step;
EXECUTE step;
DEALLOCATE PREPARE step;
