// Takes the picture of the chat for the README: `npm run picture`.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { Chat } from './chat.js';
import { launch, Office } from './office.js';

const folder = join(import.meta.dirname, '../docs/pictures');
mkdirSync(folder, { recursive: true });
const office = await Office.open();
const browser = await launch();
try {
  const chat = await Chat.open(browser, office, { width: 1180, height: 720 });
  await chat.more('关注');
  await chat.next(0);
  await chat.ask('菜单');
  await chat.ask('2');
  await chat.ask('请问租房可以提取公积金吗？');
  await chat.settled();
  await chat.page.screenshot({ path: join(folder, 'chat.png') });
} finally {
  await browser.close();
  await office.close();
}
