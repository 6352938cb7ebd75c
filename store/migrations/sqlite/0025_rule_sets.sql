-- +goose Up
-- Which version of which rule answered from which version of the whole set until another one; 0 = it
-- still does. What answered before this step is taken to have done so since the version of then.
CREATE TABLE rule_lives (
  app_id TEXT NOT NULL,
  rule_id INTEGER NOT NULL,
  version INTEGER NOT NULL,
  since_version INTEGER NOT NULL,
  until_version INTEGER NOT NULL,
  PRIMARY KEY (app_id, rule_id, since_version)
) STRICT, WITHOUT ROWID;
CREATE INDEX rule_lives_since ON rule_lives (app_id, since_version);
CREATE INDEX rule_lives_until ON rule_lives (app_id, until_version);
INSERT INTO rule_lives SELECT r.app_id, r.id, r.live_version, v.version, 0 FROM rules r JOIN rules_version v ON v.app_id = r.app_id WHERE r.live_version <> 0;
-- The versions of the whole set: who made them, when and by what action of the audit log.
CREATE TABLE rules_sets (
  app_id TEXT NOT NULL,
  version INTEGER NOT NULL,
  at INTEGER NOT NULL,
  action TEXT NOT NULL,
  actor TEXT NOT NULL,
  PRIMARY KEY (app_id, version)
) STRICT, WITHOUT ROWID;
INSERT INTO rules_sets SELECT app_id, version, updated_at, '', '' FROM rules_version WHERE version > 0;
-- What an author is told about rules of theirs that others acted on.
CREATE TABLE rule_notices (
  id INTEGER NOT NULL,
  app_id TEXT NOT NULL,
  person TEXT NOT NULL,
  at INTEGER NOT NULL,
  kind TEXT NOT NULL,
  rule_id INTEGER NOT NULL,
  rule_name TEXT NOT NULL,
  actor TEXT NOT NULL,
  reason TEXT NOT NULL,
  PRIMARY KEY (id)
) STRICT;
CREATE INDEX rule_notices_person ON rule_notices (app_id, person, id);
