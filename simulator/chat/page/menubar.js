// The account's own menu below the chat.
import { $, h } from './dom.js';
import { icon } from './icons.js';

// fill shows the buttons; press(button) is called for one without a list below it.
export function fill(buttons, press) {
  const bar = $('menu');
  bar.hidden = !buttons.length;
  bar.replaceChildren(...buttons.map((b) => h('div', {}, ...column(b, press))));
}

function column(button, press) {
  if (!button.sub_button?.length) return [h('button', { class: 'top', type: 'button', onclick: () => press(button) }, button.name)];
  const list = h('div', { class: 'sub', hidden: true }, button.sub_button.map((sub) => h('button', { type: 'button', onclick: () => { shut(); press(sub); } }, sub.name)));
  const top = h('button', { class: 'top', type: 'button', 'aria-expanded': 'false', onclick: () => { const open = list.hidden; shut(); if (open) show(); } }, icon('menu', 14), ` ${button.name}`);
  const show = () => {
    list.hidden = false;
    top.setAttribute('aria-expanded', 'true');
    list.firstElementChild.focus();
  };
  return [top, list];
}

// shut closes every open list.
export function shut() {
  for (const list of document.querySelectorAll('.menubar .sub:not([hidden])')) {
    list.hidden = true;
    const top = list.previousElementSibling;
    top.setAttribute('aria-expanded', 'false');
    if (list.contains(document.activeElement)) top.focus();
  }
}

document.addEventListener('keydown', (event) => { if (event.key === 'Escape') shut(); });
document.addEventListener('click', (event) => { if (!event.target.closest('.menubar')) shut(); });
