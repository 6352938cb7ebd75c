// Emergency answers: what is pinned before all rules, for how long, and what was.
import { call, read, type Schemas } from './client';

export type Pin = Schemas['Pin'];
export type PinBoard = Schemas['PinBoard'];
export type PinChange = Schemas['PinChange'];

export const pins = (account: string[], signal?: AbortSignal, background?: boolean) => read('/pins', { account }, signal, background);
export const pinBoard = (account: string, signal?: AbortSignal, background?: boolean) => read('/pins/board', { account }, signal, background);
export const setPin = (account: string, said: PinChange) => call<Schemas['PinList']>('PUT', '/pins', { query: { account }, body: said });
export const deletePin = (account: string, topics: string[]) => call<unknown>('DELETE', '/pins', { query: { account, topics } });
