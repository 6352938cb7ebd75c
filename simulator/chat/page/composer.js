// The line at the bottom: text, emoji, and the tray of other things a citizen can do.
import { ask, choose } from './dialogs.js';
import { $, h } from './dom.js';
import { t } from './i18n.js';
import { icon } from './icons.js';
import { placeholder, shrink } from './picture.js';

const emoji = [...'😀😁😂🤣😊😍😘😜🤔😐😒😢😭😡😱😴🤒😷👍👎👌🙏👏💪🤝✌👀🌹🎉🎂🍚🚌🚗🚦🏠🏥🏫🏛🌧☀❓❗✅❌💰📄📞🕘'];

// start wires the composer; act(action) sends, state() says followed and notices.
export function start(act, state, consent) {
  const text = $('text');
  const tray = $('tray');
  let open = '';

  const submit = () => {
    if (!text.value.trim()) return;
    act({ kind: 'text', text: text.value });
    text.value = '';
    text.focus();
  };
  $('composer').addEventListener('submit', (event) => {
    event.preventDefault();
    submit();
  });
  text.addEventListener('keydown', (event) => {
    // While an input method composes, Enter picks a word; it must not send.
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing || event.keyCode === 229) return;
    event.preventDefault();
    submit();
  });

  const toggle = (name, fill) => {
    open = open === name ? '' : name;
    tray.hidden = !open;
    tray.className = `tray ${open}`;
    for (const id of ['emoji', 'more']) $(id).setAttribute('aria-expanded', String(open === id));
    if (open) fill();
    $('log').scrollTop = $('log').scrollHeight;
  };
  const close = () => { if (open) toggle(open, () => {}); };

  $('emoji').addEventListener('click', () => toggle('emoji', () => tray.replaceChildren(...emoji.map((e) => h('button', {
    type: 'button', 'aria-label': `${t('emoji')} ${e}`, onclick: () => { text.setRangeText(e, text.selectionStart, text.selectionEnd, 'end'); },
  }, e)))));
  $('more').addEventListener('click', () => toggle('more', () => tray.replaceChildren(...items(act, state, consent, close))));
  $('voice').addEventListener('click', () => act({ kind: 'voice' }));
  document.addEventListener('keydown', (event) => { if (event.key === 'Escape') close(); });
  return close;
}

function items(act, state, consent, close) {
  const item = (symbol, label, run) => h('button', { type: 'button', onclick: () => { close(); run(); } }, icon(symbol, 28), h('span', {}, label));
  return [
    item('image', t('image'), () => act({ kind: 'image', data: placeholder() })),
    item('file', t('file'), () => pickFile(act)),
    item('location', t('location'), () => askLocation(act)),
    item('link', t('link'), () => askLink(act)),
    item('video', t('video'), () => act({ kind: 'video' })),
    item('scan', t('scan'), () => askScene(act)),
    state().followed ? item('unfollow', t('unfollow'), () => act({ kind: 'unfollow' })) : item('follow', t('follow'), () => act({ kind: 'follow' })),
    item('notice', t('notice'), () => askConsent(state, consent)),
  ];
}

function pickFile(act) {
  const input = h('input', { type: 'file', accept: 'image/png,image/jpeg,image/webp' });
  input.addEventListener('change', async () => {
    const [file] = input.files;
    if (file) act({ kind: 'image', data: await shrink(file) });
  });
  input.click();
}

async function askLocation(act) {
  const v = await ask(t('location'), [
    { name: 'text', label: t('place'), value: '澜江市政务服务中心' },
    { name: 'x', label: t('latitude'), value: '28.190500' }, { name: 'y', label: t('longitude'), value: '112.938814' },
  ]);
  if (v) act({ kind: 'location', ...v });
}

async function askLink(act) {
  const v = await ask(t('link'), [
    { name: 'title', label: t('linkTitle'), value: '居民医保办事指南' },
    { name: 'description', label: t('linkDesc'), value: '参保、缴费、报销一次看懂', required: false },
    { name: 'url', label: t('linkURL'), value: 'https://www.example.gov.cn/guide', type: 'url' },
  ]);
  if (v) act({ kind: 'link', ...v });
}

async function askScene(act) {
  const v = await ask(t('scan'), [{ name: 'scene', label: t('scene'), value: 'window-7' }]);
  if (v) act({ kind: 'scan', scene: v.scene });
}

async function askConsent(state, consent) {
  const notices = Object.entries(state().notices);
  if (!notices.length) return;
  const v = await choose(t('notice'), t('oneTime'), notices.map(([name, title]) => ({ name, label: `${t('allow')}：${title}` })));
  if (v) consent(v);
}
