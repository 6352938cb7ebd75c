-- +goose Up
-- Old rows are found by their time alone.
CREATE INDEX rule_replays_asked ON rule_replays (asked_at);
CREATE INDEX alarm_sends_time ON alarm_sends (at);
