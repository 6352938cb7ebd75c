-- +goose Up
-- What was done with a new account and leaves no other trace: the doctor's last look at it, and the last
-- sentence that was tried on its rules.
CREATE TABLE account_progress (
  app_id TEXT NOT NULL,
  step TEXT NOT NULL CHECK (step IN ('check', 'try')),
  at INTEGER NOT NULL,
  detail TEXT NOT NULL,
  PRIMARY KEY (app_id, step)
) STRICT, WITHOUT ROWID;
