-- +goose Up
-- What was last said to people about a conversation that waits (nudge), and to whom it is offered where people
-- accept by hand; missed counts the offers in a row that somebody let pass. Times are UTC microseconds, 0 = not yet.
ALTER TABLE conversations ADD COLUMN nudge TEXT NOT NULL DEFAULT '';
ALTER TABLE conversations ADD COLUMN offered_to TEXT NOT NULL DEFAULT '';
ALTER TABLE conversations ADD COLUMN offered_at INTEGER NOT NULL DEFAULT 0;
ALTER TABLE presence ADD COLUMN missed INTEGER NOT NULL DEFAULT 0;
