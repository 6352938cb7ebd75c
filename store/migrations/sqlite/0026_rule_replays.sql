-- +goose Up
-- Questions of citizens asked anew of rules on their way: how far it is, and what came of it. An instance
-- that works on one says so in touched_at.
CREATE TABLE rule_replays (
  id INTEGER NOT NULL,
  app_id TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('running', 'done', 'cancelled', 'failed')),
  rules TEXT NOT NULL,
  days INTEGER NOT NULL,
  asked_by TEXT NOT NULL,
  asked_at INTEGER NOT NULL,
  touched_at INTEGER NOT NULL,
  done INTEGER NOT NULL,
  total INTEGER NOT NULL,
  result TEXT NOT NULL,
  PRIMARY KEY (id)
) STRICT;
CREATE INDEX rule_replays_app ON rule_replays (app_id, state, id);
