#!/usr/bin/env node
// Holds the journal of what the simulator saw against the exported log. Written from the
// protocol alone: it shares no code with the program it judges.
//
// node scripts/compare-log.mjs JOURNAL.jsonl LOG.csv APP_ID
import { createHash } from "node:crypto";
import fs from "node:fs";
import { pathToFileURL } from "node:url";

// eventKey: sha256 over fields, each preceded by its length in four bytes, big endian.
function eventKey(...fields) {
  const hash = createHash("sha256");
  for (const field of fields) {
    const bytes = Buffer.from(String(field), "utf8");
    const length = Buffer.alloc(4);
    length.writeUInt32BE(bytes.length);
    hash.update(length).update(bytes);
  }
  return hash.digest("hex");
}

export function parseCSV(text) {
  const rows = [];
  let row = [], cell = "", quoted = false;
  const src = text.replace(/^\uFEFF/, "");
  for (let i = 0; i < src.length; i++) {
    const c = src[i];
    if (quoted) {
      if (c !== '"') cell += c;
      else if (src[i + 1] === '"') { cell += '"'; i++; }
      else quoted = false;
    } else if (c === '"') quoted = true;
    else if (c === ",") { row.push(cell); cell = ""; }
    else if (c === "\n") { row.push(cell.replace(/\r$/, "")); rows.push(row); row = []; cell = ""; }
    else cell += c;
  }
  if (cell !== "" || row.length) { row.push(cell); rows.push(row); }
  const head = rows.shift() ?? [];
  return rows.map((r) => Object.fromEntries(head.map((name, i) => [name, r[i] ?? ""])));
}

// replyText is what a citizen reads in a passive text reply; null for silence.
function replyText(xml) {
  if (!xml || xml === "success") return null;
  const m = /<Content>([\s\S]*?)<\/Content>/.exec(xml);
  if (!m) return undefined;
  return m[1].replace(/<!\[CDATA\[([\s\S]*?)\]\]>/g, "$1");
}

const bare = (s) => s.replace(/^'(?=[=+\-@\t\r＝＋－＠])/, "");

export function compare(journalText, csvText, appID) {
  const v = { sent: 0, answered: 0, inLog: 0, lost: 0, twice: 0, invented: 0, otherAnswer: 0, unknown: 0, redelivered: 0, faults: [] };
  const fault = (kind, text) => { v[kind]++; v.faults.push(`${kind}: ${text}`); };
  const rows = parseCSV(csvText).filter((r) => r.account === appID);
  const inbound = new Map(), replies = new Map();
  for (const r of rows) {
    const index = r.dir === "in" ? inbound : replies;
    const key = r.dir === "in" ? r.msg_key : r.reply_to;
    if (index.has(key)) fault("twice", `${r.dir} ${key}`);
    index.set(key, r);
  }
  v.inLog = inbound.size;
  const known = new Set();
  for (const line of journalText.split("\n").filter(Boolean)) {
    const e = JSON.parse(line);
    v.sent++;
    known.add(e.key);
    if (e.msg_id && e.msg_type !== "event") {
      const own = eventKey(appID, e.openid, e.create_time, e.msg_type, e.msg_id);
      if (own !== e.key) v.faults.push(`key: the simulator says ${e.key}, the protocol ${own}`);
    }
    if (e.deliveries.length > 1) v.redelivered++;
    const saw = new Set(e.deliveries.filter((d) => d.status === 200).map((d) => replyText(d.reply)));
    if (saw.size === 0) continue;
    v.answered++;
    if (saw.size > 1) fault("otherAnswer", `${e.key}: ${[...saw].join(" / ")}`);
    if (!inbound.has(e.key)) { fault("lost", e.key); continue; }
    const [text] = saw;
    const out = replies.get(e.key);
    // A kill between the answer and its record leaves the reply unknown; that is counted
    // and shown by the program, and is no loss of the citizen's word.
    if (text !== null && !out) v.unknown++;
    else if (text !== null && bare(out.content) !== text) fault("otherAnswer", `${e.key}: log says ${out.content}`);
  }
  for (const key of inbound.keys()) if (!known.has(key)) fault("invented", key);
  return v;
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const [journal, csv, appID] = process.argv.slice(2);
  const v = compare(fs.readFileSync(journal, "utf8"), fs.readFileSync(csv, "utf8"), appID);
  console.log(JSON.stringify({ ...v, faults: v.faults.slice(0, 20) }, null, 2));
  process.exitCode = v.faults.length ? 1 : 0;
}
