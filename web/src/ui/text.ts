// What is counted, cut and taken apart in texts.
const encoder = new TextEncoder();

/** bytes of UTF-8, as WeChat counts. */
export const bytes = (text: string) => encoder.encode(text).length;

/** messageBytes is the longest text of one message. */
export const messageBytes = 2048;

/** excerpt ends at a sign of punctuation within `most` characters, else right there, with …… for what was left out. */
export function excerpt(text: string, most: number): string {
  const line = text.replaceAll(/\s+/g, ' ').trim();
  const letters = [...line];
  if (letters.length <= most) return line;
  const head = letters.slice(0, most).join('');
  const at = Math.max(...[...'，。？！；、,.?!; '].map((sign) => head.lastIndexOf(sign)));
  return `${(at > most / 2 ? head.slice(0, at) : head).trimEnd()}……`;
}

/** apart is what stands between words as people write and paste them; between patterns only lines do. */
export const apart = (lines = false) => (lines ? /[\r\n]+/ : /[、，,；;|｜\r\n\t]+/);

/** split are the words of such a text, each once. */
export const split = (text: string, lines = false) => [...new Set(text.split(apart(lines)).map((word) => word.trim()).filter(Boolean))];
