// Text of a message with its links: WeChat shows <a href="..."> as a link and makes bare
// addresses clickable; weixin://bizmsgmenu links send their text as a menu choice.
import { h } from './dom.js';

const anchors = /<a\s[^>]*?href\s*=\s*("[^"]*"|'[^']*')[^>]*>([\s\S]*?)<\/a>/gi;
const addresses = /https?:\/\/[\w\-./?%&=#:~+@!,;$]+/g;

export function richText(text, actions) {
  const out = [];
  let at = 0;
  for (const match of text.matchAll(anchors)) {
    out.push(...bare(text.slice(at, match.index)), anchor(match[1].slice(1, -1), match[2], actions));
    at = match.index + match[0].length;
  }
  out.push(...bare(text.slice(at)));
  return out;
}

function bare(text) {
  const out = [];
  let at = 0;
  for (const match of text.matchAll(addresses)) {
    out.push(text.slice(at, match.index), external(match[0], match[0]));
    at = match.index + match[0].length;
  }
  out.push(text.slice(at));
  return out;
}

function anchor(href, label, actions) {
  const address = href.replaceAll('&amp;', '&');
  if (address.startsWith('weixin://bizmsgmenu?')) {
    const values = new URLSearchParams(address.slice(address.indexOf('?')));
    return h('button', { class: 'link', type: 'button', onclick: () => actions.say(values.get('msgmenucontent') ?? label, values.get('msgmenuid') ?? '') }, label);
  }
  return /^https?:\/\//.test(address) ? external(address, label) : label;
}

const external = (href, label) => h('a', { href, target: '_blank', rel: 'noopener noreferrer' }, label);
