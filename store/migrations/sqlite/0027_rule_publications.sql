-- +goose Up
-- Publishing that is planned: which editions of which rules, when, and what became of it.
CREATE TABLE rule_publications (
  id INTEGER NOT NULL,
  app_id TEXT NOT NULL,
  at INTEGER NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('waiting', 'done', 'failed', 'cancelled')),
  rules TEXT NOT NULL,
  planned_by TEXT NOT NULL,
  planned_at INTEGER NOT NULL,
  ended_at INTEGER NOT NULL,
  version INTEGER NOT NULL,
  reason TEXT NOT NULL,
  PRIMARY KEY (id)
) STRICT;
CREATE INDEX rule_publications_due ON rule_publications (state, at);
CREATE INDEX rule_publications_app ON rule_publications (app_id, id);
