// What citizens ask and no rule answers: groups of questions, what words would answer, drafts.
import { call, read, type Schemas } from './client';

export type Gap = Schemas['Gap'];
export type GapBoard = Schemas['GapBoard'];
export type GapMember = Schemas['GapMembers']['members'][number];
export type Preview = Schemas['GapPreview'];
export interface Words { keywords: string[]; groups?: string[][]; exclude?: string[]; rule?: string }

export const gaps = (account: string, days: number, signal?: AbortSignal, background?: boolean) => read('/gaps', { account, days }, signal, background);
export const gapQuestions = (account: string, days: number, key: string, after: number, signal?: AbortSignal) => read('/gaps/questions', { account, days, key, after }, signal);
export const preview = (account: string, words: Words, signal?: AbortSignal) => call<Preview>('POST', '/gaps/preview', { query: { account }, body: words, signal });
export const draftForGap = (account: string, days: number, key: string, words: Words) => call<{ id: string; name: string }>('POST', '/gaps/rule', { query: { account, days }, body: { key, ...words } });
export const ignoreGap = (account: string, days: number, key: string, reason: string) => call<unknown>('PUT', '/gaps/ignored', { query: { account, days }, body: { key, reason } });
export const recallGap = (account: string, key: string) => call<unknown>('DELETE', '/gaps/ignored', { query: { account, key } });
