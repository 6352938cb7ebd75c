// The page: one citizen, several accounts, one chat open at a time.
import * as api from './api.js';
import { row } from './bubble.js';
import { current, nameOf } from './citizen.js';
import * as composer from './composer.js';
import { tell } from './dialogs.js';
import { $, clock, h } from './dom.js';
import { apply, switchLanguage, t } from './i18n.js';
import { paint } from './icons.js';
import * as inspector from './inspector.js';
import * as menubar from './menubar.js';

const state = { citizen: '', accounts: [], open: null, chat: { entries: [], menu: [], notices: {}, followed: false }, picked: null, unread: {} };
const account = () => state.accounts.find((a) => a.app_id === state.open);
const hueOf = (appID) => `h${state.accounts.findIndex((a) => a.app_id === appID) % 5}`;

function problem(text) {
  $('problem').textContent = text ?? '';
  $('problem').hidden = !text;
}

async function attempt(work) {
  try {
    problem();
    return await work();
  } catch (error) {
    problem(t('failed') + (error.message === 'network' ? t('offline') : error.message));
    return null;
  }
}

function drawAccounts() {
  const list = state.accounts.map((a) => {
    const kind = [t(a.kind), a.verified ? t('verified') : null, a.followed ? null : t('notFollowed')].filter(Boolean).join(' · ');
    const unread = state.unread[a.app_id];
    return h('li', {}, h('button', { class: 'account', type: 'button', 'aria-current': String(a.app_id === state.open), onclick: () => openChat(a.app_id, true) },
      h('span', { class: `avatar ${hueOf(a.app_id)}`, 'aria-hidden': 'true' }, a.name.slice(-2)),
      h('span', { class: 'name' }, a.name),
      unread ? h('span', { class: 'dot' }, String(unread)) : h('span', { class: 'when' }, a.last ? clock(a.last.at) : ''),
      h('span', { class: 'last' }, summary(a.last) || kind)));
  });
  $('accounts').replaceChildren(...(list.length ? list : [h('li', { class: 'empty' }, t('noAccounts'))]));
}

function summary(entry) {
  const b = entry?.bubble;
  return b && (b.text || b.title || b.articles?.[0]?.title || `[${t(b.kind)}]`);
}

const view = () => ({ account: account(), citizenName: nameOf(state.citizen), hue: hueOf(state.open) });
const bubbleActions = { pick, say: (text, menuID) => act({ kind: 'menu', text, menu_id: menuID }), open: openArticle };

function drawLog() {
  const rows = [];
  let last = 0;
  for (const entry of state.chat.entries) {
    const at = new Date(entry.at).getTime();
    if (at - last > 5 * 60 * 1000) rows.push(h('p', { class: 'stamp' }, clock(entry.at)));
    last = at;
    rows.push(row(entry, view(), bubbleActions));
  }
  $('log').replaceChildren(...(rows.length ? rows : [h('p', { class: 'empty' }, t('empty'))]));
  toEnd();
  for (const img of $('log').querySelectorAll('img')) img.addEventListener('load', toEnd, { once: true }); // it has no height before
  mark();
}

function toEnd() { $('log').scrollTop = $('log').scrollHeight; }

function drawChat() {
  const a = account();
  $('chat-title').textContent = a?.name ?? '…';
  drawLog();
  drawFollowed();
  menubar.fill(state.chat.menu, (button) => act({ kind: 'button', button }));
}

function drawFollowed() { $('unfollowed').hidden = !state.open || state.chat.followed; }

function mark() {
  for (const el of $('log').querySelectorAll('[data-entry]')) el.classList.toggle('picked', el.dataset.entry === state.picked);
}

function drawInspector() {
  const entry = state.chat.entries.find((e) => e.id === state.picked);
  inspector.show($('details'), entry, () => attempt(() => api.repeat(state.citizen, state.open, entry.id)));
}

function inspecting(open) {
  $('app').classList.toggle('inspecting', open);
  $('inspect').setAttribute('aria-expanded', String(open));
  if (open) $('inspect-close').focus();
}

function pick(entry, quiet) {
  state.picked = entry.id;
  mark();
  drawInspector();
  if (quiet !== true) inspecting(true);
}

async function openChat(appID, show) {
  const chat = await attempt(() => api.chat(state.citizen, appID));
  if (!chat) return;
  Object.assign(state, { open: appID, chat, picked: chat.entries.findLast((e) => e.delivery)?.id ?? null });
  delete state.unread[appID];
  if (show) $('app').dataset.view = 'chat';
  $('typing').hidden = true;
  drawAccounts();
  drawChat();
  drawInspector();
}

async function act(action) {
  if (!state.open) return;
  await attempt(() => api.send({ app_id: state.open, citizen: state.citizen, ...action }));
}

// openArticle shows a card's target; an article of the simulator counts as read.
function openArticle(article) {
  const address = article.url ?? '';
  const found = /__biz=MzSimulator&mid=(\d+)&idx=(\d+)/.exec(address);
  const msgid = found ? `${found[1]}_${found[2]}` : '';
  const appID = state.open;
  const count = (action) => msgid && attempt(() => api.act(state.citizen, appID, msgid, action));
  count('read');
  const body = h('div', { class: 'body' }, `${article.description ?? ''}\n\n${address}`);
  const buttons = msgid ? [{ label: t('share'), run: () => count('share') }, { label: t('like'), run: () => count('like') }, { label: t('zaikan'), run: () => count('zaikan') }] : [];
  if (!msgid && /^https?:\/\//.test(address)) buttons.push({ label: t('openLink'), primary: true, run: () => window.open(address, '_blank', 'noopener,noreferrer') });
  tell(article.title || t('article'), body, buttons);
}

async function refreshAccounts() {
  const data = await attempt(() => api.accounts(state.citizen));
  if (data) state.accounts = data.accounts;
  drawAccounts();
}

async function refreshFacts() {
  const chat = await api.chat(state.citizen, state.open).catch(() => null);
  if (!chat) return;
  const { entries, ...facts } = chat;
  Object.assign(state.chat, facts);
  drawFollowed();
  menubar.fill(state.chat.menu, (button) => act({ kind: 'button', button }));
}

function onEvent(event) {
  if (event.type === 'typing' || event.type === 'typing_end') {
    if (event.app_id === state.open) $('typing').hidden = event.type !== 'typing';
    return;
  }
  const known = state.accounts.find((a) => a.app_id === event.app_id);
  if (known) known.last = event.entry;
  if (event.app_id !== state.open) {
    if (event.type === 'entry') state.unread[event.app_id] = (state.unread[event.app_id] ?? 0) + 1;
    drawAccounts();
    return;
  }
  const { entries } = state.chat;
  const at = entries.findIndex((e) => e.id === event.entry.id);
  if (at < 0) entries.push(event.entry);
  else entries[at] = event.entry;
  if (event.entry.side === 'account') $('typing').hidden = true;
  if (event.entry.side !== 'account' && event.entry.delivery && at < 0) state.picked = event.entry.id;
  if (event.type === 'update' && (event.entry.bubble.kind === 'event' || !state.chat.followed)) { refreshAccounts(); refreshFacts(); }
  drawAccounts();
  drawLog();
  drawInspector();
}

async function changeCitizen() {
  const data = await attempt(() => api.citizens());
  const become = (citizen) => { location.href = `?citizen=${encodeURIComponent(citizen)}`; };
  const buttons = (data?.citizens ?? []).filter((c) => c.citizen !== state.citizen).map((c) => ({ label: c.name, run: () => become(c.citizen) }));
  buttons.push({ label: t('newCitizen'), primary: true, run: async () => become((await api.newCitizen()).citizen) });
  tell(t('who'), h('p', { class: 'body' }, `${nameOf(state.citizen)}  ?citizen=${state.citizen}`), buttons);
}

function redraw() {
  drawAccounts();
  if (state.open) drawChat();
  drawInspector();
}

async function start() {
  paint();
  apply();
  state.citizen = await current();
  $('citizen').textContent = nameOf(state.citizen);
  $('citizen').addEventListener('click', changeCitizen);
  $('lang').addEventListener('click', () => { switchLanguage(); redraw(); });
  $('follow').addEventListener('click', () => act({ kind: 'follow' }));
  $('back').addEventListener('click', () => { $('app').dataset.view = 'list'; });
  $('inspect').addEventListener('click', () => inspecting(true));
  $('inspect-close').addEventListener('click', () => { inspecting(false); $('inspect').focus(); });
  document.addEventListener('keydown', (event) => { if (event.key === 'Escape') inspecting(false); });
  composer.start(act, () => state.chat, (answers) => attempt(() => api.consent(state.citizen, state.open, answers)));
  await refreshAccounts();
  const asked = new URLSearchParams(location.search).get('account');
  if (state.accounts.length) await openChat(state.accounts.find((a) => a.app_id === asked)?.app_id ?? state.accounts[0].app_id, Boolean(asked));
  let online = true;
  api.listen(state.citizen, onEvent, (up) => {
    if (up && !online && state.open) openChat(state.open, false);
    online = up;
    problem(up ? '' : t('offline'));
  });
}

start().catch((error) => problem(t('failed') + error.message));
