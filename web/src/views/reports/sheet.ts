// The report is a page of its own, with its own styles. Here it is laid on a sheet inside ours: its
// rules go into a style sheet made by script, because the policy of our pages takes no other.

export interface Sheet { body: string; css: string }

/** taken cuts a report into its body and its styles. Style attributes wait in data-style (see applied). */
export function taken(html: string): Sheet {
  const css = [...html.matchAll(/<style[^>]*>([\s\S]*?)<\/style>/g)].map((m) => m[1]!).join('\n');
  const body = /<body[^>]*>([\s\S]*)<\/body>/.exec(html)?.[1] ?? '';
  return { body: body.replace(/(<[a-z][^<>]*?) style=("[^"]*")/g, '$1 data-style=$2'), css: scoped(css) };
}

/** scoped makes rules about the whole page rules about the sheet. */
export const scoped = (css: string) => css
  .replace(/(^|[\s,}])(?::root|html)(?=\s*[,{])/g, '$1:host')
  .replace(/(^|[\s,}{])body(?=\s*[,{])/g, '$1.sheet');

/** The rules about paper are of no sheet but of the page that is printed. */
export function paper(css: string): string {
  const at = css.indexOf('@page');
  if (at < 0) return '';
  const rules: string[] = [];
  for (let i = at; i >= 0; i = css.indexOf('@page', i + 1)) {
    let depth = 0;
    let end = css.indexOf('{', i);
    if (end < 0) break;
    do {
      if (css[end] === '{') depth++;
      if (css[end] === '}') depth--;
      end++;
    } while (depth > 0 && end < css.length);
    rules.push(css.slice(i, end));
    i = end - 1;
  }
  return rules.join('\n');
}

/** applied gives the elements the styles that stood in their attributes, and puts the headings below the one of our page. */
export function applied(root: ParentNode) {
  for (const el of root.querySelectorAll<HTMLElement>('[data-style]')) {
    el.style.cssText = el.dataset.style ?? '';
    delete el.dataset.style;
  }
  for (const h of root.querySelectorAll('h1, h2, h3')) h.setAttribute('aria-level', h.tagName === 'H3' ? '3' : '2');
}
