-- +goose Up
-- A row typed in place of a menu click is an event. Of older rows those are known that got an
-- answer of the rules and name an item of the menu shown last in the ten minutes before, or ask for
-- the rest of a long answer.
ALTER TABLE interactions ADD COLUMN step INTEGER NOT NULL DEFAULT 0;
UPDATE interactions SET step = 1
WHERE dir = 'in' AND actor = 'citizen' AND kind = 'text' AND channel = 'chat' AND menu_click = 0 AND probe = 0 AND uid <> ''
  AND content <> '' AND LENGTH(content) <= 40
  AND EXISTS (
    SELECT 1 FROM interactions a
    WHERE a.uid = interactions.uid AND a.effective_at BETWEEN interactions.effective_at AND interactions.effective_at + 60
      AND a.dir = 'out' AND a.reply_to = interactions.event_key AND a.app_id = interactions.app_id AND a.matched = 1)
  AND EXISTS (
    SELECT 1 FROM interactions m
    WHERE m.uid = interactions.uid AND m.effective_at BETWEEN interactions.effective_at - 600 AND interactions.effective_at
      AND m.dir = 'out' AND m.actor = 'bot' AND m.kind = 'text' AND m.reply_to <> interactions.event_key
      AND ((INSTR(CHAR(10) || m.content, CHAR(10) || TRIM(interactions.content) || '. ') > 0
          OR INSTR(m.content || CHAR(10), '. ' || TRIM(interactions.content) || CHAR(10)) > 0)
        AND (m.content LIKE '您是不是想问%'
          OR EXISTS (SELECT 1 FROM rule_versions v WHERE v.rule_id = m.rule_id AND INSTR(v.spec, '"menu":{') > 0))
        AND NOT EXISTS (
          SELECT 1 FROM interactions l
          WHERE l.uid = interactions.uid AND l.effective_at > m.effective_at AND l.effective_at <= interactions.effective_at AND l.dir = 'out' AND l.actor = 'bot'
            AND l.kind = 'text' AND l.reply_to <> interactions.event_key AND INSTR(CHAR(10) || l.content, CHAR(10) || '1. ') > 0)
        OR TRIM(interactions.content) IN ('更多', '回复更多', '看更多', '查看更多', '更多内容', '继续', '下一页', '下页')
          AND INSTR(m.content, '更多') > 0));

-- An answer to a follow-up, or to an earlier answer, stands in the thread of the first question:
-- every pass halves the way there.
UPDATE interactions SET thread = (SELECT q.thread FROM interactions q WHERE q.event_key = interactions.thread AND q.app_id = interactions.app_id)
WHERE channel <> 'chat' AND thread <> '' AND EXISTS (
  SELECT 1 FROM interactions q WHERE q.event_key = interactions.thread AND q.app_id = interactions.app_id
    AND q.channel = interactions.channel AND q.thread <> '' AND q.thread <> interactions.thread);
UPDATE interactions SET thread = (SELECT q.thread FROM interactions q WHERE q.event_key = interactions.thread AND q.app_id = interactions.app_id)
WHERE channel <> 'chat' AND thread <> '' AND EXISTS (
  SELECT 1 FROM interactions q WHERE q.event_key = interactions.thread AND q.app_id = interactions.app_id
    AND q.channel = interactions.channel AND q.thread <> '' AND q.thread <> interactions.thread);
UPDATE interactions SET thread = (SELECT q.thread FROM interactions q WHERE q.event_key = interactions.thread AND q.app_id = interactions.app_id)
WHERE channel <> 'chat' AND thread <> '' AND EXISTS (
  SELECT 1 FROM interactions q WHERE q.event_key = interactions.thread AND q.app_id = interactions.app_id
    AND q.channel = interactions.channel AND q.thread <> '' AND q.thread <> interactions.thread);
UPDATE interactions SET thread = (SELECT q.thread FROM interactions q WHERE q.event_key = interactions.thread AND q.app_id = interactions.app_id)
WHERE channel <> 'chat' AND thread <> '' AND EXISTS (
  SELECT 1 FROM interactions q WHERE q.event_key = interactions.thread AND q.app_id = interactions.app_id
    AND q.channel = interactions.channel AND q.thread <> '' AND q.thread <> interactions.thread);
UPDATE interactions SET thread = (SELECT q.thread FROM interactions q WHERE q.event_key = interactions.thread AND q.app_id = interactions.app_id)
WHERE channel <> 'chat' AND thread <> '' AND EXISTS (
  SELECT 1 FROM interactions q WHERE q.event_key = interactions.thread AND q.app_id = interactions.app_id
    AND q.channel = interactions.channel AND q.thread <> '' AND q.thread <> interactions.thread);
UPDATE interactions SET thread = (SELECT q.thread FROM interactions q WHERE q.event_key = interactions.thread AND q.app_id = interactions.app_id)
WHERE channel <> 'chat' AND thread <> '' AND EXISTS (
  SELECT 1 FROM interactions q WHERE q.event_key = interactions.thread AND q.app_id = interactions.app_id
    AND q.channel = interactions.channel AND q.thread <> '' AND q.thread <> interactions.thread);
UPDATE interactions SET thread = (SELECT q.thread FROM interactions q WHERE q.event_key = interactions.thread AND q.app_id = interactions.app_id)
WHERE channel <> 'chat' AND thread <> '' AND EXISTS (
  SELECT 1 FROM interactions q WHERE q.event_key = interactions.thread AND q.app_id = interactions.app_id
    AND q.channel = interactions.channel AND q.thread <> '' AND q.thread <> interactions.thread);

-- How far remeasuring has come, so that it goes on where it was.
ALTER TABLE remeasure ADD COLUMN place TEXT NOT NULL DEFAULT '';
ALTER TABLE remeasure ADD COLUMN done INTEGER NOT NULL DEFAULT 0;
ALTER TABLE remeasure ADD COLUMN total INTEGER NOT NULL DEFAULT 0;

-- The figures of an older log come from its rows, with the next sweeps.
UPDATE measure_state SET version = version + 1 WHERE id = 1;
DELETE FROM remeasure;
INSERT INTO remeasure (app_id, version) SELECT '', version FROM measure_state WHERE id = 1 AND EXISTS (SELECT 1 FROM interactions);
