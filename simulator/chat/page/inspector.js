// What happened to one message: signature, bodies both ways, deliveries, rule.
import { exactClock, h } from './dom.js';
import { t } from './i18n.js';

// show fills the panel; again() delivers the message three times more.
export function show(panel, entry, again) {
  if (!entry?.delivery) {
    panel.replaceChildren(h('p', { class: 'soft' }, t('pick')));
    return;
  }
  const d = entry.delivery;
  const parts = [...verdict(d), ...rule(d), ...repeat(d, again), ...attempts(d), ...bodies(d)];
  panel.replaceChildren(...parts);
}

function verdict(d) {
  const good = ['replied', 'silent'].includes(d.outcome);
  const word = d.outcome === 'status' ? t('wrongStatus') : d.outcome ? t(d.outcome) : t('sending');
  const out = [h('h3', {}, t('outcome')), h('p', {}, h('span', { class: `verdict ${d.outcome ? (good ? '' : 'bad') : 'wait'}` }, word))];
  const fault = d.attempts?.find((a) => a.fault)?.fault;
  if (fault) out.push(h('p', { class: 'soft' }, fault));
  if (d.note) out.push(h('p', {}, d.note));
  return out;
}

function rule(d) {
  const out = [h('h3', {}, t('rule'))];
  const m = d.match;
  if (!m) return [...out, h('p', { class: 'soft' }, t('noExplain'))];
  const pairs = [[t('rule'), m.rule], [t('kind'), m.kind && t(m.kind)], [t('keyword'), m.keyword], [t('why'), m.reason]].filter(([, v]) => v);
  out.push(list(pairs));
  if (m.beaten?.length) {
    out.push(h('details', {}, h('summary', {}, `${t('beaten')} (${m.beaten.length})`),
      h('ul', {}, m.beaten.map((b) => h('li', {}, `${b.rule} · ${t(b.kind)} · ${b.keyword}: ${b.reason}`)))));
  }
  return out;
}

function repeat(d, again) {
  if (!d.outcome || !d.attempts?.length) return [];
  const button = h('button', { class: 'plain', type: 'button', onclick: () => { button.disabled = true; again(); } }, t('again'));
  const out = [h('h3', {}, t('attempts')), h('div', { class: 'actions' }, button), h('p', { class: 'soft' }, t('againHint'))];
  if (d.attempts.filter((a) => ['replied', 'silent'].includes(a.outcome)).length > 1) {
    out.push(h('p', { role: 'status' }, h('span', { class: `verdict ${d.mismatch ? 'bad' : ''}` }, d.mismatch ? t('different') : t('same'))));
  }
  return out;
}

function attempts(d) {
  if (!d.attempts?.length) return [];
  const head = ['#', t('at'), t('status'), t('latency'), t('result')].map((text) => h('th', { scope: 'col' }, text));
  const rows = d.attempts.map((a, i) => h('tr', {},
    h('td', { class: 'num' }, String(i + 1)), h('td', {}, exactClock(a.at)), h('td', { class: 'num' }, a.status ? String(a.status) : '–'),
    h('td', { class: 'num' }, `${a.latency_ms.toFixed(1)} ms`), h('td', {}, a.outcome === 'status' ? t('wrongStatus') : t(a.outcome))));
  return [h('table', { class: 'tries' }, h('thead', {}, h('tr', {}, head)), h('tbody', {}, rows))];
}

function bodies(d) {
  const last = d.attempts?.at(-1);
  const out = [];
  if (last?.query) out.push(h('h3', {}, t('query')), list([...new URLSearchParams(last.query)]));
  if (d.key) out.push(h('h3', {}, t('eventKey')), list([['key', d.key], ['MsgId', d.msg_id]].filter(([, v]) => v)));
  out.push(h('h3', {}, t('xml')), code(pretty(d.raw), t('xml')));
  if (!last) return out;
  out.push(h('h3', {}, t('reply')), code(pretty(last.reply) || t('none'), t('reply')));
  out.push(folded(t('sent'), last.sent), folded(t('received'), last.received || t('none')));
  return out;
}

const list = (pairs) => h('dl', { class: 'pairs' }, pairs.flatMap(([name, value]) => [h('dt', {}, name), h('dd', {}, value)]));
const code = (text, label) => h('pre', { class: 'code', tabindex: 0, role: 'region', 'aria-label': label }, text);
const folded = (label, text) => h('details', {}, h('summary', {}, label), code(text ?? '', label));

// pretty indents XML, a line per element; what is no XML stays as it is.
function pretty(text) {
  if (!text) return '';
  const doc = new DOMParser().parseFromString(text.replace(/^\ufeff/, ''), 'text/xml');
  if (doc.querySelector('parsererror')) return text;
  return lines(doc.documentElement, '').join('\n');
}

function lines(el, indent) {
  if (!el.children.length) return [indent + new XMLSerializer().serializeToString(el)];
  return [`${indent}<${el.nodeName}>`, ...[...el.children].flatMap((child) => lines(child, `${indent}  `)), `${indent}</${el.nodeName}>`];
}
