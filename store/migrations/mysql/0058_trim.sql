-- +goose NO TRANSACTION
-- +goose Up
-- Old rows are found by their time alone.
SET @step = IF((SELECT COUNT(*) FROM information_schema.statistics WHERE table_schema = DATABASE() AND table_name = 'rule_replays'
  AND index_name = 'rule_replays_asked') = 0, 'ALTER TABLE rule_replays ADD KEY rule_replays_asked (asked_at)', 'DO 0');
PREPARE step FROM @step;
EXECUTE step;
DEALLOCATE PREPARE step;

SET @step = IF((SELECT COUNT(*) FROM information_schema.statistics WHERE table_schema = DATABASE() AND table_name = 'alarm_sends'
  AND index_name = 'alarm_sends_time') = 0, 'ALTER TABLE alarm_sends ADD KEY alarm_sends_time (at)', 'DO 0');
PREPARE step FROM @step;
EXECUTE step;
DEALLOCATE PREPARE step;
