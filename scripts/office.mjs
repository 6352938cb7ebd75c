#!/usr/bin/env node
// Proves that a spreadsheet program keeps what the program writes, and that the program reads
// what a spreadsheet program makes of it: rules, dates, long numbers and emoji survive xlsx ->
// xlsx, xlsx -> csv and csv -> xlsx by LibreOffice; of an export in which one cell is changed
// one draft is made; dates that LibreOffice turns into serials are read as dates, and a long
// number that it has spoiled is refused by its cell.
//
// node scripts/office.mjs [--bin bin/wenzheng]
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";

const { values: args } = parseArgs({ options: { bin: { type: "string", default: "bin/wenzheng" } } });
const bin = path.resolve(args.bin);
const dir = fs.mkdtempSync(path.join(os.tmpdir(), "wenzheng-office-"));
const account = "wx" + randomBytes(8).toString("hex");
const at = (name) => path.join(dir, name);

// A spreadsheet program would like to change every one of these.
const rules = [
  {
    name: "春节放假", match: "contains", keywords: ["放假", "上班吗"], exclude: ["放心"], priority: -3,
    replies: [{ kind: "text", text: "2 月 15 日至 23 日放假 😀🧧，\n“网上办事”照常; 见 <a href=\"https://www.example.gov.cn/?a=1&b=2\">这里</a>" }],
    when: { from: "2026-02-15", until: "2026-02-23", weekdays: [1, 7], hours: ["22:00-06:00", "8:30-11:30"], holiday: "no" },
    source: { document: "001", valid_until: "2099-12-31" }, examples: ["放假吗，上班吗？", "3/4 放假；4/5 呢", "1-2 放假"],
  },
  { name: "=1+1", match: "exact", keywords: ["20260302143000123", "012345", "1E5", "TRUE", "2026-03-02", "12:30"], replies: [{ kind: "text", text: "'=1+1" }] },
  { name: "办件进度", match: "regexp", keywords: ["^[a-z]{2}\\d{12}$", "^进度|状态$", "^查[，、]?a{1,3}b"], replies: [{ kind: "text", text: "+86 0731" }] },
  { name: "𠮷野家", match: "all", keywords: ["你好、再见", "a|b\\"], groups: [["异地", "外地"], ["就医"]], on: ["text", "click"], keys: ["0012"], replies: [{ kind: "text", text: " 前后有空格 " }] },
  { name: "菜单", keywords: ["菜单"], menu: { intro: "请选择\n", items: [{ title: "一", rule: "办件进度" }, { title: "二", reply: { kind: "text", text: "二" } }] } },
  { name: "图片", on: ["image"], replies: [{ kind: "image", media_id: "_x0041_" }, { kind: "text", text: "好" }], pick: "rotate" },
  { name: "默认", match: "default", replies: [{ kind: "text", text: "@您好" }] },
];

class Office {
  constructor(name) {
    this.env = {
      ...process.env, WENZHENG_DATA_DIR: at(name), WENZHENG_DATABASE: `sqlite:${at(name)}/wenzheng.db`,
      WENZHENG_SECRET_KEY: randomBytes(32).toString("base64"), WENZHENG_JOURNAL_ALLOW_VOLATILE: "true",
    };
    fs.mkdirSync(at(name), { mode: 0o700 });
    this.must("init");
    this.must("migrate", "up");
    const key = randomBytes(32).toString("base64").slice(0, 42) + "A";
    this.must("account", "add", "--app-id", account, "--name", "测试", "--kind", "service", "--token", "office2026", "--aes-key", key);
  }
  run(...command) {
    const r = spawnSync(bin, command, { env: this.env, cwd: dir, encoding: "utf8" });
    return { code: r.status, out: r.stdout, err: r.stderr };
  }
  must(...command) {
    const r = this.run(...command);
    assert.equal(r.code, 0, `${command.join(" ")}: ${r.err}`);
    return r.out;
  }
  rules(...flags) {
    return JSON.parse(this.must("rules", "export", "--format", "json", ...flags)).rules;
  }
}

// soffice runs LibreOffice with a profile of its own.
function soffice(...command) {
  const r = spawnSync("soffice", ["--headless", `-env:UserInstallation=file://${at("profile")}`, ...command], { cwd: dir, encoding: "utf8", timeout: 180_000 });
  assert.equal(r.status, 0, `soffice ${command.join(" ")}: ${r.stderr ?? r.error}`);
}

// convert converts a file into another of the same base name in its own folder.
function convert(file, to, folder, filter) {
  fs.mkdirSync(at(folder), { recursive: true });
  soffice(...(filter ? [`--infilter=${filter}`] : []), "--convert-to", to, "--outdir", at(folder), at(file));
  const made = path.join(folder, path.basename(file).replace(/\.\w+$/, "." + to.split(":")[0]));
  assert.ok(fs.existsSync(at(made)), `soffice made no ${made}`);
  return made;
}

// change sets the text of a cell as a person would, and saves the file.
function change(file, cell, text) {
  const basic = at("profile/user/basic/Standard");
  fs.mkdirSync(basic, { recursive: true });
  const doctype = (name) => `<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE ${name} PUBLIC "-//OpenOffice.org//DTD OfficeDocument 1.0//EN" "${name.split(":")[1]}.dtd">\n`;
  fs.writeFileSync(path.join(basic, "script.xlb"), doctype("library:library") +
    `<library:library xmlns:library="http://openoffice.org/2000/library" library:name="Standard" library:readonly="false" library:passwordprotected="false"><library:element library:name="Edit"/></library:library>`);
  fs.writeFileSync(path.join(basic, "Edit.xba"), doctype("script:module") +
    `<script:module xmlns:script="http://openoffice.org/2000/script" script:name="Edit" script:language="StarBasic">
Sub Change(file As String, cell As String, text As String)
  Dim hidden(0) As New com.sun.star.beans.PropertyValue
  hidden(0).Name = "Hidden" : hidden(0).Value = True
  Dim doc As Object
  doc = StarDesktop.loadComponentFromURL(ConvertToURL(file), "_blank", 0, hidden())
  doc.Sheets.getByIndex(0).getCellRangeByName(cell).setString(text)
  doc.store()
  doc.close(True)
End Sub
</script:module>`);
  soffice(`macro:///Standard.Edit.Change("${at(file)}","${cell}","${text}")`);
}

const utf8 = 76, chinese = 2052;
const csv = (asText, detect) => `CSV:44,34,${utf8},1,,${chinese},${asText},${detect}`;
let passed = 0;
function proof(what, run) {
  run();
  passed++;
  console.log(`PASSED  ${what}`);
}

try {
  fs.writeFileSync(at("rules.json"), JSON.stringify({ rules }));
  const first = new Office("first");
  first.must("rules", "import", "rules.json", "--publish");
  const want = first.rules();
  assert.equal(want.length, rules.length);
  for (const form of ["xlsx", "csv"]) first.must("rules", "export", `rules.${form}`);

  let copies = 0;
  const keeps = (file) => {
    const copy = new Office(`copy${++copies}`);
    copy.must("rules", "import", file, "--publish");
    assert.deepEqual(copy.rules(), want);
  };
  proof("xlsx as exported", () => keeps("rules.xlsx"));
  proof("xlsx -> xlsx", () => keeps(convert("rules.xlsx", "xlsx", "a")));
  proof("xlsx -> csv", () => keeps(convert("rules.xlsx", `csv:Text - txt - csv (StarCalc):44,34,${utf8},1,,0,true,true`, "b")));
  proof("csv -> xlsx", () => keeps(convert("rules.csv", "xlsx", "c", csv(true, false))));
  proof("one cell changed, one draft", () => {
    fs.copyFileSync(at("rules.xlsx"), at("changed.xlsx"));
    change("changed.xlsx", "F2", "新的回复，放假到 25 日");
    assert.match(first.must("rules", "import", "changed.xlsx"), /已存为草稿：1 条规则/);
    const drafts = first.rules("--drafts");
    const differ = want.filter((r) => {
      const other = drafts.find((d) => d.name === r.name);
      return JSON.stringify(other) !== JSON.stringify(r);
    });
    assert.deepEqual(differ.map((r) => r.name), ["春节放假"]);
    assert.equal(drafts.length, want.length);
    assert.equal(drafts.find((d) => d.name === "春节放假").replies[0].text, "新的回复，放假到 25 日");
  });
  proof("dates that became serials", () => {
    fs.writeFileSync(at("followers.csv"), `账号,日期,关注人数\r\n${account},2026-03-04,600\r\n${account},2026/3/5,700\r\n`);
    const file = convert("followers.csv", "xlsx", "d", csv(false, true));
    assert.match(first.must("followers", "import", "followers.csv"), /新增 2/);
    assert.match(first.must("followers", "import", file), /新增 0/);
    fs.writeFileSync(at("log.csv"), `account,openid,at,dir,actor,content\r\n${account},u1,2026-03-02 09:00:05,in,citizen,路灯坏了\r\n`);
    const log = convert("log.csv", "xlsx", "d", csv(false, true));
    assert.match(first.must("log", "import", "log.csv"), /新增 1/);
    assert.match(first.must("log", "import", log), /新增 0，已有 1/);
  });
  proof("a spoiled number is refused by its cell", () => {
    fs.writeFileSync(at("keys.csv"), `account,openid,at,dir,actor,content,msg_key\r\n${account},u1,2026-03-02 09:00:05,in,citizen,路灯坏了,24512345678901234\r\n`);
    const r = first.run("log", "import", convert("keys.csv", "xlsx", "e", csv(false, true)));
    assert.equal(r.code, 1);
    assert.match(r.err, /keys\.xlsx:G2: msg_key/);
  });
  console.log(`PASS: ${passed} proofs with ${spawnSync("soffice", ["--version"], { encoding: "utf8" }).stdout.trim()}`);
} finally {
  fs.rmSync(dir, { recursive: true, force: true });
}
