// An account by some letters of its name, of how its name is read, or of its AppID.
import type { Session } from '@/api/session';

export type Account = Session['accounts'][number];

/** reads tells whether a text is typed for the characters from `at` on: whole syllables, their beginnings, or both (szw, shizwu). */
export function reads(text: string, pinyin: string[][], at: number): boolean {
  if (text === '') return true;
  return (pinyin[at] ?? []).some((syllable) => {
    for (let n = Math.min(syllable.length, text.length); n > 0; n--) {
      if (syllable.startsWith(text.slice(0, n)) && reads(text.slice(n), pinyin, at + 1)) return true;
    }
    return false;
  });
}

/** found are the accounts a text means, all of them while it is empty; those that begin with it come first. */
export function found(accounts: Account[], text: string): Account[] {
  const wanted = text.toLowerCase().replace(/\s/g, '');
  const rank = (a: Account) => {
    const words = [a.name.toLowerCase(), a.app_id.toLowerCase()];
    if (words.some((word) => word.startsWith(wanted)) || reads(wanted, a.pinyin, 0)) return 0;
    return words.some((word) => word.includes(wanted)) || a.pinyin.some((_, at) => reads(wanted, a.pinyin, at)) ? 1 : 2;
  };
  const ranked = accounts.map((a) => ({ a, n: rank(a) }));
  return [0, 1].flatMap((n) => ranked.filter((r) => r.n === n).map((r) => r.a));
}
