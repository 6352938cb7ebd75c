// The automatic answers of an account: drafts, what they would answer, review, and how the set was before.
import { address, call, read, type Schemas } from './client';

export type Reply = Schemas['RuleReply'];
export interface MenuItem { title: string; rule?: string; reply?: Reply; menu?: Menu }
export interface Menu { intro?: string; items: MenuItem[]; outro?: string }
/** Rule is one automatic answer, in the shape of rule files. What is left out has its default. */
export type Rule = Omit<Schemas['Rule'], 'name' | 'menu'> & { name: string; menu?: Menu };
export type Article = NonNullable<Reply['articles']>[number];
export type Trigger = NonNullable<Rule['on']>[number];
export type ReplyKind = Exclude<Reply['kind'], ''>;
export type Fault = Schemas['FieldFault'];
export type RuleFinding = Schemas['RuleFinding'];
export type RuleRow = Schemas['RuleRow'];
export type RulePage = Schemas['RuleTable'];
export type RuleView = Omit<Schemas['ShownRule'], 'live' | 'draft'> & { live: Rule | null; draft: Rule | null };
export interface Saved { rule: Rule; faults: Fault[] }
export type Trial = Schemas['RuleTrial'];
export type Tried = Schemas['LiveTest'];
export type Example = Tried['examples'][number];
/** Shown is an answer as WeChat gets it, its text page by page. */
export type Shown = NonNullable<Trial['reply']>;

export interface Try { text: string; trigger?: Trigger; key?: string; rule?: Rule }

export type Step = 'submit' | 'approve' | 'return' | 'publish' | 'archive' | 'discard';
export interface Picked { id: string; version: string }
export type Stepped = Schemas['RuleSteps'];
export type Notice = Schemas['RuleNotice'];

export const replayGroups = ['now', 'no_longer', 'other_rule', 'other_words', 'same'] as const;
export type ReplayGroup = (typeof replayGroups)[number];
export interface Answered { rule: string; text: string }
export interface ReplayRow { question: string; times: number; before: Answered; after: Answered }
/** DoneReplay has come to its end. */
export type DoneReplay = Replay & { match_rate: NonNullable<Replay['match_rate']>; groups: NonNullable<Replay['groups']> };
export interface Replay {
  id: string; state: 'running' | 'done' | 'cancelled' | 'failed'; done: number; total: number; days: number; at: string;
  /** Once it is done. */
  match_rate: { before: number; after: number } | null; groups: Record<ReplayGroup, { n: number; rows: ReplayRow[] }> | null;
}

export type FieldDiff = Schemas['RuleFieldChange'];
export type RuleVersion = Schemas['RuleVersion'];
export type SetVersion = Schemas['RuleSet'];
export type SetDiff = Schemas['RuleSetDiff'];
export type Material = Schemas['Material'];
export type MaterialKind = 'image' | 'news' | 'voice' | 'video';

const at = (id: string, what = '') => `/rules/${encodeURIComponent(id)}${what}`;
const get = <T>(path: string, query: Record<string, string | number | undefined>, signal?: AbortSignal, background?: boolean) => call<T>('GET', path, { query, signal, background });

export const rules = (query: Record<string, string | number | undefined>, signal?: AbortSignal) => get<RulePage>('/rules', query, signal);
export const rule = (account: string, id: string, signal?: AbortSignal) => get<RuleView>(at(id), { account }, signal);
export const addRule = (account: string, said: Rule) => call<Saved>('POST', '/rules', { query: { account }, body: { rule: said } });
export const saveRule = (account: string, id: string, base: string, said: Rule) => call<Saved>('PUT', at(id), { query: { account }, body: { base_version: base, rule: said } });
export const tryRule = (account: string, said: Try, signal?: AbortSignal) => call<Tried>('POST', '/rules/try', { query: { account }, body: said, signal });
export const questions = (account: string, signal?: AbortSignal) => get<{ questions: { text: string; at: string; rule: string; outcome: string }[] }>('/questions', { account, limit: 200 }, signal);
/** Writers hand over and discard; the rest is the reviewer's. */
export const step = (account: string, what: Step, picked: Picked[], more: { reason?: string; at?: string } = {}) => call<Stepped>('POST', what === 'submit' || what === 'discard' ? '/rules/steps' : '/rules/reviews', { query: { account }, body: { step: what, rules: picked, ...more } });
export const cancelPublication = (account: string, id: string) => call<unknown>('DELETE', `/rules/publications/${encodeURIComponent(id)}`, { query: { account } });
export const publications = (account: string, signal?: AbortSignal) => read('/rules/publications', { account }, signal);
export const notices = (account: string, signal?: AbortSignal, background?: boolean) => read('/rules/notices', { account }, signal, background);
export const seen = (account: string, id: string) => call<unknown>('POST', '/rules/notices/seen', { query: { account }, body: { up_to: id } });

export const beginReplay = (account: string, days: number, ids: string[]) => call<{ id: string }>('POST', '/replays', { query: { account }, body: { days, rules: ids } });
export const replay = (account: string, id: string, signal?: AbortSignal) => get<Replay>(`/replays/${id}`, { account }, signal, true);
export const cancelReplay = (account: string, id: string) => call<unknown>('DELETE', `/replays/${id}`, { query: { account } });

export const ruleVersions = (account: string, id: string, signal?: AbortSignal) => get<{ versions: RuleVersion[] }>(at(id, '/versions'), { account }, signal);
export const ruleDiff = (account: string, id: string, from: string, to: string, signal?: AbortSignal) => get<Schemas['RuleDiff']>(at(id, '/diff'), { account, from, to }, signal);
export const rollBackRule = (account: string, id: string, version: string) => call<{ version: string }>('POST', at(id, '/rollback'), { query: { account }, body: { version } });
export const sets = (account: string, signal?: AbortSignal) => read('/rulesets', { account, limit: 100 }, signal);
export const setDiff = (account: string, version: string, signal?: AbortSignal) => get<SetDiff>(`/rulesets/${encodeURIComponent(version)}/diff`, { account }, signal);
export const rollBack = (account: string, version: string, base: string) => call<{ version: string }>('POST', `/rulesets/${encodeURIComponent(version)}/rollback`, { query: { account }, body: { base_version: base } });
export const materials = (account: string, kind: MaterialKind, offset: number, signal?: AbortSignal) => read('/materials', { account, kind, offset }, signal);
export const exportAddress = (account: string, format: string) => address('/rules/export', { account, format });
