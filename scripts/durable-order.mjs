#!/usr/bin/env node
// Proves by the order of system calls that no answer leaves before the message is on the
// disk: between reading a callback from its socket and writing "HTTP/1.1 200" to it, an
// fdatasync must have begun and returned 0. Messages are sent one at a time, so that no
// sync can be another message's.
//
// node scripts/durable-order.mjs [--bin bin/wenzheng] [--messages 20]
import fs from "node:fs";
import path from "node:path";
import { parseArgs } from "node:util";
import { Service } from "./service.mjs";

const { values: args } = parseArgs({
  options: { bin: { type: "string", default: "bin/wenzheng" }, messages: { type: "string", default: "20" } },
});

// calls puts the begin and the end of each call of a trace in the order of the lines.
function calls(trace) {
  const open = new Map(), out = [];
  for (const line of trace.split("\n")) {
    const m = /^(\d+)\s+(?:<\.\.\. (\w+) resumed>|(\w+)\()(.*)$/.exec(line);
    if (!m) continue;
    const [, pid, resumed, name, rest] = m;
    if (resumed) {
      const call = open.get(pid + resumed);
      if (!call) continue;
      open.delete(pid + resumed);
      out.push({ ...call, text: call.text + rest, at: "end" });
    } else if (rest.endsWith("<unfinished ...>")) {
      const call = { name, text: rest };
      open.set(pid + name, call);
      out.push({ ...call, at: "begin" });
    } else {
      out.push({ name, text: rest, at: "begin" }, { name, text: rest, at: "end" });
    }
  }
  return out;
}

// judge walks the calls: every answer needs a sync that began after its request was read.
export function judge(trace) {
  const v = { answers: 0, early: 0 };
  let waiting = false, began = 0, synced = false;
  for (const call of calls(trace)) {
    if (call.name === "read" && call.at === "end" && call.text.includes("POST /wechat/callback")) {
      [waiting, began, synced] = [true, 0, false];
    } else if (call.name === "fdatasync" && waiting) {
      if (call.at === "begin") began++;
      else if (began > 0 && / = 0$/.test(call.text)) synced = true;
    } else if (call.name === "write" && call.at === "begin" && waiting && call.text.includes("HTTP/1.1 200")) {
      v.answers++;
      if (!synced) v.early++;
      waiting = false;
    }
  }
  return v;
}

async function main() {
  const service = await Service.create(args.bin);
  const trace = path.join(service.dir, "trace");
  service.start("strace", "-f", "-s", "64", "-e", "trace=read,write,fdatasync", "-e", "signal=none", "-o", trace);
  await service.ready();
  for (let i = 0; i < Number(args.messages); i++) service.run("simulate", "send", ...service.target(), `请问第${i}件事怎么办`);
  await service.drained();
  const tracer = service.process;
  const child = fs.readFileSync(`/proc/${tracer.pid}/task/${tracer.pid}/children`, "utf8").trim().split(" ")[0];
  process.kill(Number(child), "SIGTERM");
  await service.ended;
  const v = judge(fs.readFileSync(trace, "utf8"));
  const ok = v.answers === Number(args.messages) && v.early === 0;
  console.log(`messages=${args.messages} answers=${v.answers} before_the_sync=${v.early}`);
  console.log(ok ? "PASS" : `FAIL (kept: ${service.dir})`);
  if (ok) service.remove();
  process.exitCode = ok ? 0 : 1;
}

main().catch((err) => {
  console.error(`FAIL ${err.message}`);
  process.exit(1);
});
