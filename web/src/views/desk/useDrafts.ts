// What is being written in a conversation, a reply and a note, kept on the server 800 ms after the last key and
// when the page is left. Somebody who wrote on in another tab is asked which of the two goes on.
import { onScopeDispose, reactive, watch } from 'vue';
import { ApiError } from '@/api/client';
import { saveDraft, type Detail } from '@/api/desk';
import { session } from '@/frame/session';

export type Kind = 'reply' | 'note';
const kinds: Kind[] = ['reply', 'note'];
const patience = 800;
/** After so long it is tried again: the network was away, or the session over. */
const again = 5_000;

export interface Written {
  text: string;
  savedAt: string;
  /** It could not be kept; it is tried again. */
  failed: boolean;
  /** What stands on the server and was written elsewhere; '' there is none any more. */
  theirs: string | undefined;
}

// A conversation that is left and opened again reads its drafts after they were written.
const leaving = new Map<string, Promise<unknown>>();
/** draftsKept resolves when nothing of a conversation is on its way to the server. */
export const draftsKept = async (id: string): Promise<void> => { await leaving.get(id); };

// What was written and is in conflict when a conversation is left is asked about when it is opened again, by whoever
// wrote it: the server has only the other text.
const conflicts = new Map<string, string>();

export function useDrafts(detail: Detail) {
  const who = session.value?.name ?? '';
  const key = (kind: Kind) => [who, detail.id, kind].join(' ');
  const kept = (kind: Kind) => detail.drafts.find((d) => d.kind === kind);
  const begun = (kind: Kind): Written => ({ text: kept(kind)?.text ?? '', savedAt: kept(kind)?.saved_at ?? '', failed: false, theirs: undefined });
  const written = reactive<Record<Kind, Written>>({ reply: begun('reply'), note: begun('note') });
  for (const kind of kinds) {
    const mine = conflicts.get(key(kind));
    conflicts.delete(key(kind));
    if (mine !== undefined && mine !== written[kind].text) Object.assign(written[kind], { text: mine, theirs: written[kind].text });
  }
  /** What the server has, as far as we know. */
  const there = (kind: Kind) => ({ text: kept(kind)?.text ?? '', version: kept(kind)?.version ?? '0' });
  const known = { reply: there('reply'), note: there('note') };
  const timers = { reply: 0, note: 0 };
  const running = { reply: Promise.resolve(), note: Promise.resolve() };
  const held = { reply: false, note: false };

  async function put(kind: Kind) {
    const [here, there] = [written[kind], known[kind]];
    const text = here.text;
    if (text === there.text || here.theirs !== undefined || held[kind]) return;
    try {
      const draft = await saveDraft(detail.id, { kind, text, version: there.version });
      Object.assign(there, { text, version: draft.version });
      here.savedAt = draft.saved_at ?? '';
      here.failed = false;
    } catch (fault) {
      if (!(fault instanceof ApiError)) throw fault;
      if (fault.code !== 'conflict') {
        here.failed = true;
        if (fault.status === 0 || fault.status === 401 || fault.status >= 500) soon(kind, again);
        return;
      }
      const theirs = fault.body.theirs as { text: string; version: string };
      Object.assign(there, { text: theirs.text, version: theirs.version });
      here.theirs = theirs.text === here.text ? undefined : theirs.text;
    }
  }
  /** save writes what is not there yet, one after the other. */
  function save(kind: Kind): Promise<void> {
    window.clearTimeout(timers[kind]);
    running[kind] = running[kind].then(() => put(kind));
    return running[kind];
  }
  function soon(kind: Kind, after = patience) {
    window.clearTimeout(timers[kind]);
    timers[kind] = window.setTimeout(() => void save(kind), after);
  }
  for (const kind of kinds) watch(() => written[kind].text, () => soon(kind));

  /** settle ends a conflict: what stands here goes on, or what was written elsewhere. */
  function settle(kind: Kind, mine: boolean) {
    const here = written[kind];
    if (!mine) here.text = here.theirs ?? '';
    here.theirs = undefined;
    void save(kind);
  }
  /** hold keeps the server's draft as it is while the text is being sent, release goes on. */
  async function hold(kind: Kind) {
    held[kind] = true;
    await running[kind];
  }
  function release(kind: Kind) {
    held[kind] = false;
    void save(kind);
  }
  /** sent takes away what was sent, and nothing that was typed since. */
  function sent(kind: Kind, text: string) {
    const here = written[kind];
    if (here.text.startsWith(text)) here.text = here.text.slice(text.length).trimStart();
    here.theirs = undefined;
    here.savedAt = '';
    // The server deletes a note that was written down; the draft of a reply goes now that it waits to be sent.
    if (kind === 'note') Object.assign(known.note, { text: '', version: '0' });
  }
  /** back puts a text before what stands in the field. */
  function back(kind: Kind, text: string) {
    const here = written[kind];
    here.text = here.text === '' ? text : `${text}\n${here.text}`;
  }

  function flush(left = false) {
    const all = Promise.all(kinds.map(save)).then(() => {
      for (const kind of kinds) if (left && written[kind].theirs !== undefined) conflicts.set(key(kind), written[kind].text);
    });
    leaving.set(detail.id, all);
    void all.then(() => { if (leaving.get(detail.id) === all) leaving.delete(detail.id); });
  }
  const hidden = () => { if (document.hidden) flush(); };
  document.addEventListener('visibilitychange', hidden);
  onScopeDispose(() => {
    document.removeEventListener('visibilitychange', hidden);
    flush(true);
  });
  return { written, hold, release, settle, sent, back };
}
