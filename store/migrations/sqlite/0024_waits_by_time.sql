-- +goose Up
-- All that the state of a decided wait follows from stands in the index: lists of waits and
-- distributions of response times read it alone, in the order of time.
DROP INDEX waits_window;
CREATE INDEX waits_window ON waits (app_id, channel, rolled, open_at, id, answer_at, bot_at, left_at, topic, staff, assignee, mark);
