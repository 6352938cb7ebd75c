-- +goose Up
-- A dialogue in which a citizen began to tell a case, named by the key of the message with which it began:
-- when, and when the case was submitted (0 = it was not). What is not submitted and goes on no more was given up.
CREATE TABLE case_dialogues (
  app_id TEXT NOT NULL,
  dialogue TEXT NOT NULL,
  uid TEXT NOT NULL,
  started_at INTEGER NOT NULL,
  submitted_at INTEGER NOT NULL,
  PRIMARY KEY (app_id, dialogue)
) STRICT, WITHOUT ROWID;
CREATE INDEX case_dialogues_started ON case_dialogues (app_id, started_at);
