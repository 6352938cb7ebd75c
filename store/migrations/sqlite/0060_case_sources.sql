-- +goose Up
-- The number that a case has where it was imported from, and when somebody was last reminded of its
-- limit (UTC microseconds, 0 = never).
ALTER TABLE cases ADD COLUMN source_number TEXT NOT NULL DEFAULT '';
ALTER TABLE cases ADD COLUMN reminded_at INTEGER NOT NULL DEFAULT 0;
