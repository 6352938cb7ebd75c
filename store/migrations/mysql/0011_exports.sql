-- +goose NO TRANSACTION
-- +goose Up
-- The log of all accounts in the order of time, page by page; ratings given after an instant.
SET @step = IF((SELECT COUNT(*) FROM information_schema.statistics WHERE table_schema = DATABASE() AND table_name = 'interactions'
  AND index_name = 'interactions_at') = 0, 'ALTER TABLE interactions ADD KEY interactions_at (at, id)', 'DO 0');
PREPARE step FROM @step;
EXECUTE step;
DEALLOCATE PREPARE step;

SET @step = IF((SELECT COUNT(*) FROM information_schema.statistics WHERE table_schema = DATABASE() AND table_name = 'ratings'
  AND index_name = 'ratings_time') = 0, 'ALTER TABLE ratings ADD KEY ratings_time (app_id, at)', 'DO 0');
PREPARE step FROM @step;
EXECUTE step;
DEALLOCATE PREPARE step;
