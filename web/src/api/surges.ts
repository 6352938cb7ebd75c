// What many ask at once: when the first word is due, and what met it.
import { call, read, type Schemas } from './client';

export type Surge = Schemas['Surge'];
export type SurgeList = Schemas['SurgeList'];
export interface Mark { topic: string; at: string; major: boolean; answered: string | null; answer: string }

export const surges = (account: string, signal?: AbortSignal, background?: boolean) => read('/surges', { account }, signal, background);
export const markSurge = (account: string, mark: Mark) => call<SurgeList>('PUT', '/surges/mark', { query: { account }, body: mark });
