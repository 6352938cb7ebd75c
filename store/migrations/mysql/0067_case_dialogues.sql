-- +goose NO TRANSACTION
-- +goose Up
-- A dialogue in which a citizen began to tell a case, named by the key of the message with which it began:
-- when, and when the case was submitted (0 = it was not). What is not submitted and goes on no more was given up.
CREATE TABLE IF NOT EXISTS case_dialogues (
  app_id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  dialogue VARCHAR(128) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  uid VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  started_at BIGINT NOT NULL,
  submitted_at BIGINT NOT NULL,
  PRIMARY KEY (app_id, dialogue),
  KEY case_dialogues_started (app_id, started_at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
