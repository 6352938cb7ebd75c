-- +goose Up
-- A mark drawn anew by every change of an account's rules or emergency answers: after a
-- backup was restored version numbers come again, marks do not.
CREATE TABLE rules_marks (
  app_id TEXT NOT NULL,
  rules TEXT NOT NULL,
  pins TEXT NOT NULL,
  PRIMARY KEY (app_id)
) STRICT, WITHOUT ROWID;
