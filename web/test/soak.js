// A dashboard that stays open while citizens write: `npm run soak -- [minutes] [messages a second]`,
// 30 and 5 if nothing is said. Not among the tests: it takes as long as it says. The heap is read after
// garbage is collected; it fails when more than 20 MB were added after the first minute.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { begin, end, given } from './given.js';
import { program } from './installation.js';
import { arrives } from './person.js';

const most = 20;
const [minutes, rate] = [Number(process.argv[2] ?? 30), Number(process.argv[3] ?? 5)];
const account = 'wx00000000000d0001';

let load;
try {
  await begin('--empty');
  const person = await arrives();
  await person.plays('主管老周');
  await person.go('/figures?span=today');
  await person.page.getByText('实时', { exact: true }).waitFor();
  const devtools = await person.context.newCDPSession(person.page);
  const config = join(given.office.folder, 'wenzheng.yaml');
  load = spawn(program, ['--config', config, 'simulate', '--account', account, 'load', '--rate', String(rate), '--seconds', String(minutes * 60), '--citizens', '2000'], { cwd: given.office.folder });
  const over = once(load, 'exit');
  let told = '';
  for (const stream of [load.stdout, load.stderr]) stream.on('data', (text) => { told += text; });

  const heap = async () => {
    await devtools.send('HeapProfiler.collectGarbage');
    const { usedSize } = await devtools.send('Runtime.getHeapUsage');
    const { nodes, jsEventListeners } = await devtools.send('Memory.getDOMCounters');
    return { mb: usedSize / 1e6, nodes, listeners: jsEventListeners };
  };
  let first;
  let last;
  for (let minute = 1; minute <= minutes; minute++) {
    await Promise.race([pause(60_000), over]);
    await person.page.keyboard.press('Shift'); // a hand: nobody there is signed out
    last = await heap();
    first ??= last;
    console.log(`${String(minute).padStart(4)} min  ${last.mb.toFixed(1)} MB  ${last.nodes} nodes  ${last.listeners} listeners`);
    if (load.exitCode !== null) break;
  }
  await over;
  const growth = last.mb - first.mb;
  console.log(`${told.trim()}\n${rate} messages/s for ${minutes} min: ${first.mb.toFixed(1)} MB after a minute, ${last.mb.toFixed(1)} MB at the end, ${growth.toFixed(1)} MB more (at most ${most})`);
  if (growth > most) process.exitCode = 1;
  await person.leaves();
} finally {
  load?.kill();
  await end();
}
