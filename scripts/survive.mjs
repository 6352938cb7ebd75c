#!/usr/bin/env node
// Proves the promise on the real binary: citizens' messages are delivered while the program
// is killed (-9) and, on MariaDB, the database too. Afterwards every event that was
// answered must be in the log exactly once, with the answer the citizen saw. The comparison
// reads the simulator's journal and the exported log and shares no code with the program.
//
// node scripts/survive.mjs --bin bin/wenzheng --database sqlite|mariadb --texts FILE.csv --column NAME
//   [--rate 40] [--kills 5] [--database-kills 2] [--crash-points NAME,NAME...] [--keep]
//
// With --crash-points the program is killed at these points of its work in turn; --bin must
// then have them switched on (scripts/prove builds it).
import { spawn } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import { compare } from "./compare-log.mjs";
import { startMariaDB } from "./mariadb.mjs";
import { Service, sleep } from "./service.mjs";

const { values: args } = parseArgs({
  options: {
    bin: { type: "string", default: "bin/wenzheng" },
    database: { type: "string", default: "sqlite" },
    texts: { type: "string" },
    column: { type: "string", default: "detail" },
    rate: { type: "string", default: "40" },
    kills: { type: "string", default: "5" },
    "database-kills": { type: "string", default: "2" },
    "crash-points": { type: "string", default: "" },
    keep: { type: "boolean", default: false },
  },
});

const between = (from, to) => sleep(from + Math.random() * (to - from));

// harm kills the program, and the first times the database too, until the load is over.
async function harm(service, database, plan, over) {
  const done = { program: 0, database: 0 };
  while (done.program < plan.program) {
    await (plan.points.length ? between(300, 900) : between(2500, 5000));
    if (over()) break;
    if (plan.points.length) await service.crash(plan.points[done.program % plan.points.length]);
    else service.kill();
    done.program++;
    await service.ended;
    await between(200, 1500);
    service.start();
    await service.ready();
    if (database && done.database < plan.database) {
      await between(500, 2000);
      database.kill();
      done.database++;
      await between(1500, 3000);
      await database.start();
    }
  }
  return done;
}

async function main() {
  const begun = Date.now();
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "wenzheng-mariadb-"));
  const database = args.database === "mariadb" ? await startMariaDB(folder) : null;
  const service = await Service.create(args.bin, {
    database: database ? `mysql:${database.dsn}` : undefined, crashPoints: args["crash-points"] !== "",
  });
  service.start();
  await service.ready();

  const seen = path.join(service.dir, "journal.jsonl");
  const load = spawn(service.bin, ["simulate", "load", ...service.target(), "--texts", args.texts, "--column", args.column,
    "--rate", args.rate, "--journal", seen], { env: service.env, stdio: ["ignore", "pipe", "inherit"] });
  let summary = "", over = false;
  load.stdout.setEncoding("utf8").on("data", (s) => { summary += s; });
  const loaded = new Promise((done) => load.once("exit", (code) => { over = true; done(code); }));
  const plan = {
    program: Number(args.kills), database: database ? Number(args["database-kills"]) : 0,
    points: args["crash-points"].split(",").filter(Boolean),
  };
  const [code, killed] = await Promise.all([loaded, harm(service, database, plan, () => over)]);
  await service.drained();
  const verdict = compare(fs.readFileSync(seen, "utf8"), service.run("log", "export", "--account", service.appID), service.appID);
  await service.stop();
  if (database) await database.stop();

  console.log(summary.trim());
  console.log(`database=${args.database} sent=${verdict.sent} answered=${verdict.answered} in_log=${verdict.inLog} ` +
    `lost=${verdict.lost} twice=${verdict.twice} invented=${verdict.invented} other_answer=${verdict.otherAnswer} ` +
    `replies_unknown=${verdict.unknown} redelivered=${verdict.redelivered} program_killed=${killed.program} ` +
    `database_killed=${killed.database} load_exit=${code} seconds=${((Date.now() - begun) / 1000).toFixed(0)}`);
  for (const fault of verdict.faults.slice(0, 10)) console.log("  " + fault);
  const enough = killed.program === plan.program && killed.database === plan.database;
  if (!enough) console.log("  not every planned kill happened: send more messages or lower --rate");
  const ok = verdict.faults.length === 0 && verdict.sent > 0 && verdict.sent === verdict.answered && enough;
  console.log(ok ? "PASS" : `FAIL (kept: ${service.dir})`);
  fs.rmSync(folder, { recursive: true, force: true });
  if (ok && !args.keep) service.remove();
  process.exitCode = ok ? 0 : 1;
}

main().catch((err) => {
  console.error(`FAIL ${err.message}`);
  process.exit(1);
});
