// What people at the desk ask of the server.
import { address, call, file, read, type Schemas } from './client';

export type Conversation = Schemas['DeskConversation'];
export type Row = Schemas['DeskRow'];
export type Detail = Schemas['DeskDetail'];
export type Colleague = Schemas['DeskColleague'];
export type Draft = Schemas['DeskDraft'];
export type Item = Schemas['OutboxItem'];
export type Said = Schemas['Conversation']['rows'][number];
export type Hit = Schemas['FoundMessages']['hits'][number];
export type Box = 'mine' | 'queue' | 'all' | 'final';

export const conversations = (box: Box, account: string[], signal: AbortSignal, background = false) => read('/conversations', { box, account: account.length ? account : undefined, limit: 100 }, signal, background);
export const detail = (id: string, signal: AbortSignal, background = false) => call<Detail>('GET', `/conversations/${id}`, { signal, background });
export const said = (id: string, around: string, signal: AbortSignal, background = false) => call<Schemas['Conversation']>('GET', `/conversations/${id}/messages`, { query: { around }, signal, background });

export const search = (q: string, before: string, account: string[], signal?: AbortSignal) => call<Schemas['FoundMessages']>('GET', '/search', { query: { q, before, account }, signal });
/** passage is what was said around a message of a citizen. */
export const passage = (account: string, citizen: string, around: string, signal: AbortSignal) => call<Schemas['Conversation']>('GET', `/citizens/${encodeURIComponent(citizen)}`, { query: { account, around }, signal });
export const revealNote = (id: string, reason: string) => call<{ text: string }>('POST', `/notes/${id}/reveal`, { body: { reason } });
export const reveal = (id: string, reason: string) => call<{ text: string }>('POST', `/messages/${id}/reveal`, { body: { reason } });
export const mediaAddress = (id: string) => address(`/messages/${id}/media`);
export const media = (id: string) => file(`/messages/${id}/media`, {});

const act = (id: string, what: string, body: object) => call<Conversation>('POST', `/conversations/${id}/${what}`, { body });
export const take = (c: Conversation) => act(c.id, 'take', { version: c.version });
export const transfer = (c: Conversation, to: string, reason: string) => act(c.id, 'transfer', { version: c.version, to, reason });
export const close = (c: Conversation, code: string, text: string) => act(c.id, 'close', { version: c.version, code, text });
export const bulk = (action: 'take' | 'transfer' | 'close', rows: Pick<Row, 'id' | 'version'>[], said: { to: string; reason: string; code: string; text: string }) => call<{ results: { id: string; ok: boolean; code: string; message: string }[] }>('POST', '/desk/bulk', {
  body: { action, conversations: rows.map(({ id, version }) => ({ id, version })), ...(action === 'transfer' ? { to: said.to, reason: said.reason } : action === 'close' ? { code: said.code, text: said.text } : {}) },
});
export const say = (c: Conversation, sendKey: string, seen: string, text: string) => call<{ items: Item[] }>('POST', `/conversations/${c.id}/messages`, { body: { send_key: sendKey, seen, text } });
export const note = (id: string, text: string) => call<Schemas['DeskNote']>('POST', `/conversations/${id}/notes`, { body: { text } });
export const saveDraft = (id: string, draft: Pick<Draft, 'kind' | 'text' | 'version'>) => call<Draft>('PUT', `/conversations/${id}/draft`, { body: draft, background: true });
export const seen = (id: string, until: string) => call('POST', `/conversations/${id}/seen`, { body: { until }, background: true });
export const viewing = (id: string, typing: boolean) => call('POST', `/conversations/${id}/presence`, { body: { typing }, background: true });
export const cancel = (item: Item) => call<Item>('DELETE', `/outbox/${item.id}`, { query: { version: item.version } });
/** presence says whether somebody takes on something new; '' only that they are still there. */
export const presence = (state: '' | Colleague['state']) => call<Schemas['DeskPresence']>('PUT', '/presence', { body: { state }, background: state === '' });
