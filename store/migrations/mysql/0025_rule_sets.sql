-- +goose NO TRANSACTION
-- +goose Up
-- Which version of which rule answered from which version of the whole set until another one; 0 = it
-- still does. What answered before this step is taken to have done so since the version of then.
CREATE TABLE IF NOT EXISTS rule_lives (
  app_id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  rule_id BIGINT NOT NULL,
  version BIGINT NOT NULL,
  since_version BIGINT NOT NULL,
  until_version BIGINT NOT NULL,
  PRIMARY KEY (app_id, rule_id, since_version),
  KEY rule_lives_since (app_id, since_version),
  KEY rule_lives_until (app_id, until_version)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
INSERT IGNORE INTO rule_lives SELECT r.app_id, r.id, r.live_version, v.version, 0 FROM rules r JOIN rules_version v ON v.app_id = r.app_id WHERE r.live_version <> 0;
-- The versions of the whole set: who made them, when and by what action of the audit log.
CREATE TABLE IF NOT EXISTS rules_sets (
  app_id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  version BIGINT NOT NULL,
  at BIGINT NOT NULL,
  action VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  actor VARCHAR(64) NOT NULL,
  PRIMARY KEY (app_id, version)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
INSERT IGNORE INTO rules_sets SELECT app_id, version, updated_at, '', '' FROM rules_version WHERE version > 0;
-- What an author is told about rules of theirs that others acted on.
CREATE TABLE IF NOT EXISTS rule_notices (
  id BIGINT NOT NULL,
  app_id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  person VARCHAR(64) NOT NULL,
  at BIGINT NOT NULL,
  kind VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  rule_id BIGINT NOT NULL,
  rule_name VARCHAR(256) NOT NULL,
  actor VARCHAR(64) NOT NULL,
  reason VARCHAR(1024) NOT NULL,
  PRIMARY KEY (id),
  KEY rule_notices_person (app_id, person, id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
