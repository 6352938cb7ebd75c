// How one entry of a chat looks.
import { mediaURL } from './api.js';
import { clock, h } from './dom.js';
import { t } from './i18n.js';
import { icon } from './icons.js';
import { richText } from './rich.js';

// actions: pick(entry), say(text, menuID), open(article, url)
export function row(entry, chat, actions) {
  const { bubble } = entry;
  if (bubble.kind === 'broken') return h('p', { class: 'broken' }, bubble.text);
  if (entry.side === 'system') return note(entry, actions);
  const mine = entry.side === 'citizen';
  const el = h('div', { class: `row ${mine ? 'mine' : ''}` },
    h('span', { class: `avatar ${mine ? 'me' : chat.hue}`, 'aria-hidden': 'true' }, mine ? chat.citizenName.slice(-1) : chat.account.name.slice(-2)),
    h('div', { class: 'stack' }, content(entry, chat, actions), meta(entry, actions)));
  el.dataset.entry = entry.id;
  return el;
}

function note(entry, actions) {
  const text = entry.bubble.kind === 'transfer' ? t('transfer') : `${entry.bubble.text}`;
  const el = h('p', { class: 'note' }, text);
  if (entry.delivery) el.append(' ', h('button', { type: 'button', onclick: () => actions.pick(entry) }, state(entry)));
  el.dataset.entry = entry.id;
  return el;
}

export function state(entry) {
  const d = entry.delivery;
  if (!d.outcome) return t('sending');
  const tries = d.attempts?.length ?? 0;
  const label = d.outcome === 'status' ? t('wrongStatus') : t(d.outcome);
  return tries > 1 ? `${label} ×${tries}` : label;
}

function meta(entry, actions) {
  const labelled = entry.pushed && !['template', 'notice'].includes(entry.bubble.kind);
  if (entry.side === 'account') return labelled ? h('span', { class: 'meta' }, entry.bubble.kf_account ? `${t('pushed')} ${entry.bubble.kf_account}` : t('pushed')) : null;
  if (!entry.delivery) return null;
  const bad = entry.delivery.outcome && !['replied', 'silent'].includes(entry.delivery.outcome);
  const last = entry.delivery.attempts?.at(-1);
  const took = last ? ` · ${last.latency_ms < 10 ? last.latency_ms.toFixed(1) : Math.round(last.latency_ms)} ms` : '';
  return h('button', { class: `meta ${bad ? 'bad' : ''}`, type: 'button', onclick: () => actions.pick(entry), 'aria-label': `${t('details')}: ${state(entry)}` }, `${clock(entry.at)} · ${state(entry)}${took}`);
}

function content(entry, chat, actions) {
  const b = entry.bubble;
  switch (b.kind) {
    case 'image': return picture(chat.account.app_id, b.media_id);
    case 'voice': return h('div', { class: 'bubble voice', role: 'img', 'aria-label': t('play') }, icon('sound', 18), '  3″');
    case 'video': return card('video', b.title || t('video'), b.description);
    case 'music': return card('music', b.title, b.description);
    case 'news': return news(b, actions);
    case 'link': return card('link', b.title, b.description, t('link'), () => actions.open(b));
    case 'location': return card('location', b.text || t('location'), b.title);
    case 'miniprogram': return card('mini', b.title, '', t('minigame'));
    case 'template': return fields(b, t('template'), actions);
    case 'notice': return fields(b, t('noticeCard'), actions);
    case 'menu': return menu(b, actions);
    default: return h('div', { class: 'bubble' }, richText(b.text ?? '', actions));
  }
}

export function picture(appID, id) {
  const img = h('img', { class: 'picture', alt: t('picture'), src: mediaURL(appID, id) });
  img.addEventListener('error', () => img.replaceWith(h('div', { class: 'lost' }, `${t('lost')} ${id}`)), { once: true });
  return img;
}

function card(cover, title, desc, foot, onclick) {
  const parts = [h('div', { class: 'cover', 'aria-hidden': 'true' }, icon(cover, 40)), h('div', { class: 'title' }, title || t('none'))];
  if (desc) parts.push(h('div', { class: 'desc' }, desc));
  if (foot) parts.push(h('div', { class: 'foot' }, foot));
  if (!onclick) return h('div', { class: 'card' }, parts);
  return h('div', { class: 'card' }, h('button', { class: 'whole', type: 'button', onclick }, parts));
}

function news(b, actions) {
  const [lead, ...rest] = b.articles ?? [];
  if (!lead) return h('div', { class: 'bubble' }, t('none'));
  return h('div', { class: 'card' },
    h('button', { class: 'whole', type: 'button', onclick: () => actions.open(lead) },
      h('div', { class: 'cover', 'aria-hidden': 'true' }, lead.pic_url ? hostOf(lead.pic_url) : t('article')),
      h('div', { class: 'title' }, lead.title),
      lead.description ? h('div', { class: 'desc' }, lead.description) : null),
    rest.map((a) => h('button', { class: 'piece', type: 'button', onclick: () => actions.open(a) }, h('span', {}, a.title), h('span', { class: 'thumb', 'aria-hidden': 'true' }))));
}

// hostOf names where a picture would come from: the page fetches nothing from elsewhere.
function hostOf(address) {
  try { return new URL(address).host; } catch { return address; }
}

function fields(b, foot, actions) {
  const list = h('dl', {}, (b.fields ?? []).flatMap((f) => [h('dt', {}, f.name), h('dd', {}, f.value)]));
  const parts = [h('div', { class: 'title' }, b.title), list, h('div', { class: 'foot' }, foot)];
  if (!b.url) return h('div', { class: 'card' }, parts);
  return h('div', { class: 'card' }, h('button', { class: 'whole', type: 'button', onclick: () => actions.open(b) }, parts));
}

function menu(b, actions) {
  return h('div', { class: 'bubble' }, richText(b.text ?? '', actions),
    h('ul', { class: 'menu-list' }, (b.items ?? []).map((item) => h('li', {}, h('button', { class: 'link', type: 'button', onclick: () => actions.say(item.content, item.id) }, item.content)))),
    b.tail ? richText(b.tail, actions) : null);
}
