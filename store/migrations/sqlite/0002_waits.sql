-- +goose Up
ALTER TABLE interactions ADD COLUMN effective_at INTEGER NOT NULL DEFAULT 0;
UPDATE interactions SET effective_at = at / 1000000;
DROP INDEX interactions_thread;
CREATE INDEX interactions_thread ON interactions (uid, effective_at);
CREATE INDEX interactions_case ON interactions (thread, effective_at) WHERE thread <> '';

CREATE TABLE waits (
  id INTEGER NOT NULL,
  app_id TEXT NOT NULL,
  uid TEXT NOT NULL,
  thread TEXT NOT NULL,
  channel TEXT NOT NULL,
  open_key TEXT NOT NULL,
  open_at INTEGER NOT NULL,
  last_in_at INTEGER NOT NULL,
  bot_at INTEGER NOT NULL,
  answer_at INTEGER NOT NULL,
  left_at INTEGER NOT NULL,
  deadline INTEGER NOT NULL,
  topic TEXT NOT NULL,
  staff TEXT NOT NULL,
  messages INTEGER NOT NULL,
  revoked INTEGER NOT NULL,
  skew_rows INTEGER NOT NULL,
  sent INTEGER NOT NULL,
  office_rt INTEGER NOT NULL,
  first_wait INTEGER NOT NULL,
  two_way INTEGER NOT NULL,
  assignee TEXT NOT NULL,
  rated INTEGER NOT NULL,
  satisfied INTEGER NOT NULL,
  solved INTEGER NOT NULL,
  rolled INTEGER NOT NULL,
  PRIMARY KEY (id)
) STRICT;
CREATE INDEX waits_thread ON waits (uid, open_at);
CREATE INDEX waits_window ON waits (app_id, channel, rolled, open_at);
CREATE INDEX waits_due ON waits (rolled, deadline) WHERE deadline > 0;

CREATE TABLE wait_hours (
  app_id TEXT NOT NULL,
  channel TEXT NOT NULL,
  hour INTEGER NOT NULL,
  topic TEXT NOT NULL,
  staff TEXT NOT NULL,
  opened INTEGER NOT NULL,
  human INTEGER NOT NULL,
  bot INTEGER NOT NULL,
  expired INTEGER NOT NULL,
  left_count INTEGER NOT NULL,
  ontime_human_1 INTEGER NOT NULL,
  ontime_human_2 INTEGER NOT NULL,
  ontime_human_3 INTEGER NOT NULL,
  ontime_human_4 INTEGER NOT NULL,
  ontime_bot_1 INTEGER NOT NULL,
  ontime_bot_2 INTEGER NOT NULL,
  ontime_bot_3 INTEGER NOT NULL,
  ontime_bot_4 INTEGER NOT NULL,
  left_breach_1 INTEGER NOT NULL,
  left_breach_2 INTEGER NOT NULL,
  left_breach_3 INTEGER NOT NULL,
  left_breach_4 INTEGER NOT NULL,
  rt_sum INTEGER NOT NULL,
  rt_office_sum INTEGER NOT NULL,
  u_micro INTEGER NOT NULL,
  u_office_micro INTEGER NOT NULL,
  first_lost INTEGER NOT NULL,
  sessions INTEGER NOT NULL,
  two_way INTEGER NOT NULL,
  rated INTEGER NOT NULL,
  satisfied INTEGER NOT NULL,
  PRIMARY KEY (app_id, channel, hour, topic, staff)
) STRICT, WITHOUT ROWID;

CREATE TABLE rt_hist (
  app_id TEXT NOT NULL,
  channel TEXT NOT NULL,
  day TEXT NOT NULL,
  first_wait INTEGER NOT NULL,
  sec INTEGER NOT NULL,
  cnt INTEGER NOT NULL,
  PRIMARY KEY (app_id, channel, day, first_wait, sec)
) STRICT, WITHOUT ROWID;

CREATE TABLE active_days (
  app_id TEXT NOT NULL,
  channel TEXT NOT NULL,
  day TEXT NOT NULL,
  uid TEXT NOT NULL,
  msgs INTEGER NOT NULL,
  PRIMARY KEY (app_id, channel, day, uid)
) STRICT, WITHOUT ROWID;

CREATE TABLE orphans (
  app_id TEXT NOT NULL,
  reply_to TEXT NOT NULL,
  id INTEGER NOT NULL,
  PRIMARY KEY (reply_to, app_id, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE thread_locks (
  name TEXT NOT NULL,
  PRIMARY KEY (name)
) STRICT, WITHOUT ROWID;

CREATE TABLE calendar_days (
  day TEXT NOT NULL,
  name TEXT NOT NULL,
  work INTEGER NOT NULL,
  PRIMARY KEY (day)
) STRICT, WITHOUT ROWID;

CREATE TABLE measure_state (
  id INTEGER NOT NULL,
  version INTEGER NOT NULL,
  PRIMARY KEY (id)
) STRICT;

CREATE TABLE remeasure (
  app_id TEXT NOT NULL,
  version INTEGER NOT NULL,
  PRIMARY KEY (app_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE articles (
  app_id TEXT NOT NULL,
  msgid TEXT NOT NULL,
  published_at INTEGER NOT NULL,
  title TEXT NOT NULL,
  topic TEXT NOT NULL,
  form TEXT NOT NULL,
  push TEXT NOT NULL,
  headline INTEGER NOT NULL,
  read_count INTEGER NOT NULL,
  zaikan INTEGER NOT NULL,
  likes INTEGER NOT NULL,
  shares INTEGER NOT NULL,
  finish_rate REAL,
  readers INTEGER NOT NULL,
  PRIMARY KEY (app_id, msgid)
) STRICT, WITHOUT ROWID;
CREATE INDEX articles_time ON articles (app_id, published_at);

CREATE TABLE followers (
  app_id TEXT NOT NULL,
  day TEXT NOT NULL,
  count INTEGER NOT NULL,
  PRIMARY KEY (app_id, day)
) STRICT, WITHOUT ROWID;

CREATE TABLE ratings (
  app_id TEXT NOT NULL,
  uid TEXT NOT NULL,
  at INTEGER NOT NULL,
  satisfied INTEGER NOT NULL,
  solved INTEGER NOT NULL,
  PRIMARY KEY (uid, app_id, at, satisfied, solved)
) STRICT, WITHOUT ROWID;

CREATE TABLE cases (
  app_id TEXT NOT NULL,
  id TEXT NOT NULL,
  category TEXT NOT NULL,
  topic TEXT NOT NULL,
  title TEXT NOT NULL,
  spells TEXT NOT NULL,
  opened_at INTEGER NOT NULL,
  closed_at INTEGER NOT NULL,
  feedback INTEGER NOT NULL,
  solved INTEGER NOT NULL,
  satisfied INTEGER NOT NULL,
  PRIMARY KEY (app_id, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX cases_time ON cases (app_id, opened_at);

CREATE TABLE service_items (
  app_id TEXT NOT NULL,
  id TEXT NOT NULL,
  name TEXT NOT NULL,
  uid TEXT NOT NULL,
  started_at INTEGER NOT NULL,
  completed_at INTEGER NOT NULL,
  PRIMARY KEY (app_id, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX service_items_time ON service_items (app_id, started_at);

CREATE TABLE probes (
  app_id TEXT NOT NULL,
  at INTEGER NOT NULL,
  passed INTEGER NOT NULL,
  evidence TEXT NOT NULL,
  PRIMARY KEY (app_id, at)
) STRICT, WITHOUT ROWID;

CREATE TABLE incidents (
  id INTEGER NOT NULL,
  app_id TEXT NOT NULL,
  since INTEGER NOT NULL,
  until INTEGER NOT NULL,
  note TEXT NOT NULL,
  PRIMARY KEY (id)
) STRICT;
CREATE INDEX incidents_app ON incidents (app_id);

CREATE TABLE interface_days (
  app_id TEXT NOT NULL,
  day TEXT NOT NULL,
  callbacks INTEGER NOT NULL,
  failures INTEGER NOT NULL,
  total_ms INTEGER NOT NULL,
  max_ms INTEGER NOT NULL,
  PRIMARY KEY (app_id, day)
) STRICT, WITHOUT ROWID;

CREATE TABLE upstream_days (
  app_id TEXT NOT NULL,
  day TEXT NOT NULL,
  kind TEXT NOT NULL,
  messages INTEGER NOT NULL,
  users INTEGER NOT NULL,
  PRIMARY KEY (app_id, day, kind)
) STRICT, WITHOUT ROWID;

CREATE TABLE episodes (
  id INTEGER NOT NULL,
  app_id TEXT NOT NULL,
  problem TEXT NOT NULL,
  rule_version TEXT NOT NULL,
  severity TEXT NOT NULL,
  inputs TEXT NOT NULL,
  n INTEGER NOT NULL,
  first_seen INTEGER NOT NULL,
  last_seen INTEGER NOT NULL,
  cleared_at INTEGER NOT NULL,
  clean_windows INTEGER NOT NULL,
  PRIMARY KEY (id)
) STRICT;
CREATE INDEX episodes_app ON episodes (app_id, problem);

INSERT INTO measure_state (id, version) VALUES (1, 1);

INSERT INTO remeasure (app_id, version) SELECT DISTINCT app_id, 1 FROM interactions;
