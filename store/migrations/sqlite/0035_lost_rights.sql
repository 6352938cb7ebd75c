-- +goose Up
-- When a right that an account had was taken from it, 0 = it was not.
ALTER TABLE account_rights ADD COLUMN lost_at INTEGER NOT NULL DEFAULT 0;
