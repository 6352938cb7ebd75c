-- +goose Up
-- Who had a conversation before it went back to the queue; what is over is read by when it ended.
ALTER TABLE conversations ADD COLUMN lost_by TEXT NOT NULL DEFAULT '';
CREATE INDEX conversations_closed ON conversations (closed_at, id);
