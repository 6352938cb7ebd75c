-- +goose Up
-- The slip of the pen that was put right to answer, and what it was read as: 社宝卡→社保卡.
ALTER TABLE interactions ADD COLUMN corrected TEXT NOT NULL DEFAULT '';
