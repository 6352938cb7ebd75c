-- +goose NO TRANSACTION
-- +goose Up
-- A step that broke off half-way is repeated, and MySQL has no ADD COLUMN IF NOT EXISTS.
SET @step = IF((SELECT COUNT(*) FROM information_schema.columns WHERE table_schema = DATABASE() AND table_name = 'interactions'
  AND column_name = 'step') = 0, 'ALTER TABLE interactions ADD COLUMN step TINYINT NOT NULL DEFAULT 0', 'DO 0');
PREPARE step FROM @step;
EXECUTE step;
DEALLOCATE PREPARE step;

-- A row typed in place of a menu click is an event. Of older rows those are known that got an
-- answer of the rules and name an item of the menu shown last in the ten minutes before, or ask for
-- the rest of a long answer.
UPDATE interactions i JOIN (
  SELECT DISTINCT q.id FROM interactions q
  JOIN interactions a ON a.uid = q.uid AND a.effective_at BETWEEN q.effective_at AND q.effective_at + 60
    AND a.dir = 'out' AND a.reply_to = q.event_key AND a.app_id = q.app_id AND a.matched = 1
  JOIN interactions m ON m.uid = q.uid AND m.effective_at BETWEEN q.effective_at - 600 AND q.effective_at
    AND m.dir = 'out' AND m.actor = 'bot' AND m.kind = 'text' AND m.reply_to <> q.event_key
  WHERE q.dir = 'in' AND q.actor = 'citizen' AND q.kind = 'text' AND q.channel = 'chat' AND q.menu_click = 0 AND q.probe = 0
    AND q.uid <> '' AND q.content <> '' AND CHAR_LENGTH(q.content) <= 40
    AND ((INSTR(CONCAT(_utf8mb4 0x0A, m.content), CONCAT(_utf8mb4 0x0A, TRIM(q.content), '. ')) > 0
        OR INSTR(CONCAT(m.content, _utf8mb4 0x0A), CONCAT('. ', TRIM(q.content), _utf8mb4 0x0A)) > 0)
      AND (m.content LIKE '您是不是想问%'
        OR EXISTS (SELECT 1 FROM rule_versions v WHERE v.rule_id = m.rule_id AND INSTR(v.spec, '"menu":{') > 0))
      AND NOT EXISTS (
        SELECT 1 FROM interactions l
        WHERE l.uid = q.uid AND l.effective_at > m.effective_at AND l.effective_at <= q.effective_at AND l.dir = 'out' AND l.actor = 'bot'
          AND l.kind = 'text' AND l.reply_to <> q.event_key AND INSTR(CONCAT(_utf8mb4 0x0A, l.content), CONCAT(_utf8mb4 0x0A, '1. ')) > 0)
      OR TRIM(q.content) IN ('更多', '回复更多', '看更多', '查看更多', '更多内容', '继续', '下一页', '下页')
        AND INSTR(m.content, '更多') > 0)
) s ON s.id = i.id SET i.step = 1;

-- An answer to a follow-up, or to an earlier answer, stands in the thread of the first question:
-- every pass halves the way there.
UPDATE interactions i JOIN interactions q ON q.event_key = CONVERT(i.thread USING ascii) COLLATE ascii_bin AND q.app_id = i.app_id AND q.channel = i.channel
SET i.thread = q.thread WHERE i.channel <> 'chat' AND i.thread <> '' AND q.thread <> '' AND q.thread <> i.thread;
UPDATE interactions i JOIN interactions q ON q.event_key = CONVERT(i.thread USING ascii) COLLATE ascii_bin AND q.app_id = i.app_id AND q.channel = i.channel
SET i.thread = q.thread WHERE i.channel <> 'chat' AND i.thread <> '' AND q.thread <> '' AND q.thread <> i.thread;
UPDATE interactions i JOIN interactions q ON q.event_key = CONVERT(i.thread USING ascii) COLLATE ascii_bin AND q.app_id = i.app_id AND q.channel = i.channel
SET i.thread = q.thread WHERE i.channel <> 'chat' AND i.thread <> '' AND q.thread <> '' AND q.thread <> i.thread;
UPDATE interactions i JOIN interactions q ON q.event_key = CONVERT(i.thread USING ascii) COLLATE ascii_bin AND q.app_id = i.app_id AND q.channel = i.channel
SET i.thread = q.thread WHERE i.channel <> 'chat' AND i.thread <> '' AND q.thread <> '' AND q.thread <> i.thread;
UPDATE interactions i JOIN interactions q ON q.event_key = CONVERT(i.thread USING ascii) COLLATE ascii_bin AND q.app_id = i.app_id AND q.channel = i.channel
SET i.thread = q.thread WHERE i.channel <> 'chat' AND i.thread <> '' AND q.thread <> '' AND q.thread <> i.thread;
UPDATE interactions i JOIN interactions q ON q.event_key = CONVERT(i.thread USING ascii) COLLATE ascii_bin AND q.app_id = i.app_id AND q.channel = i.channel
SET i.thread = q.thread WHERE i.channel <> 'chat' AND i.thread <> '' AND q.thread <> '' AND q.thread <> i.thread;
UPDATE interactions i JOIN interactions q ON q.event_key = CONVERT(i.thread USING ascii) COLLATE ascii_bin AND q.app_id = i.app_id AND q.channel = i.channel
SET i.thread = q.thread WHERE i.channel <> 'chat' AND i.thread <> '' AND q.thread <> '' AND q.thread <> i.thread;

-- How far remeasuring has come, so that it goes on where it was.
SET @step = IF((SELECT COUNT(*) FROM information_schema.columns WHERE table_schema = DATABASE() AND table_name = 'remeasure'
  AND column_name = 'place') = 0, 'ALTER TABLE remeasure ADD COLUMN place VARCHAR(512) NOT NULL DEFAULT '''',
  ADD COLUMN done BIGINT NOT NULL DEFAULT 0, ADD COLUMN total BIGINT NOT NULL DEFAULT 0', 'DO 0');
PREPARE step FROM @step;
EXECUTE step;
DEALLOCATE PREPARE step;

-- The figures of an older log come from its rows, with the next sweeps.
UPDATE measure_state SET version = version + 1 WHERE id = 1;
DELETE FROM remeasure;
INSERT INTO remeasure (app_id, version) SELECT '', version FROM measure_state WHERE id = 1 AND EXISTS (SELECT 1 FROM interactions);
