const chinese = /[\u3001-\u303f\u3400-\u9fff\uff01-\uff5e]/;

/** byLanguage parts a sentence into what is Chinese, from the first character to the last, and what stands around it. */
export function byLanguage(text: string): { text: string; chinese: boolean }[] {
  const from = text.search(chinese);
  if (from < 0) return [{ text, chinese: false }];
  let to = text.length;
  while (!chinese.test(text[to - 1] ?? '')) to--;
  return [{ text: text.slice(0, from), chinese: false }, { text: text.slice(from, to), chinese: true }, { text: text.slice(to), chinese: false }].filter((p) => p.text !== '');
}
