// Questions to the person at the screen. Each resolves with the values, or null.
import { $, h } from './dom.js';
import { t } from './i18n.js';

// ask shows a form of text fields: { name, label, value, type }.
export function ask(title, fields) {
  const inputs = fields.map((f) => h('label', {}, f.label, h('input', { type: f.type ?? 'text', name: f.name, value: f.value ?? '', required: f.required ?? true, maxLength: 200 })));
  return open(title, inputs, (form) => Object.fromEntries(new FormData(form)));
}

// choose shows check boxes; resolves with name -> checked.
export function choose(title, hint, options) {
  const boxes = options.map((o) => h('label', { class: 'check' }, h('input', { type: 'checkbox', name: o.name, checked: true }), o.label));
  const lead = h('p', { class: 'body' }, hint);
  return open(title, [lead, ...boxes], (form) => Object.fromEntries(options.map((o) => [o.name, form.elements[o.name].checked])));
}

function open(title, content, read) {
  const dialog = $('dialog');
  return new Promise((resolve) => {
    let result = null;
    const form = h('form', { method: 'dialog', onsubmit: () => { result = read(form); } }, content,
      h('div', { class: 'actions' },
        h('button', { class: 'plain', type: 'button', onclick: () => dialog.close() }, t('cancel')),
        h('button', { class: 'primary', type: 'submit' }, t('ok'))));
    dialog.replaceChildren(h('h2', { id: 'dialog-title' }, title), form);
    dialog.addEventListener('close', () => resolve(result), { once: true });
    dialog.showModal();
  });
}

// tell shows something with buttons: { label, run, primary }; every button closes.
export function tell(title, body, buttons) {
  const dialog = $('dialog');
  dialog.replaceChildren(h('h2', { id: 'dialog-title' }, title), body, h('div', { class: 'actions' },
    buttons.map((b) => h('button', { class: b.primary ? 'primary' : 'plain', type: 'button', onclick: () => { dialog.close(); b.run?.(); } }, b.label)),
    h('button', { class: 'plain', type: 'button', onclick: () => dialog.close() }, t('close'))));
  dialog.showModal();
}
