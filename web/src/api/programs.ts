// Tokens of programs, and the rules of signing in.
import { call, read, type Schemas } from './client';

export type Token = Schemas['Token'];
export type NewToken = Schemas['NewToken'];
export interface TokenRequest { name: string; scopes: string[]; accounts: string[]; until: string }

export const policy = (signal?: AbortSignal) => read('/policy', undefined, signal);
export const tokens = (signal?: AbortSignal) => read('/tokens', undefined, signal);
export const addToken = (request: TokenRequest) => call<NewToken>('POST', '/tokens', { body: request });
export const revokeToken = (id: string) => call<unknown>('DELETE', `/tokens/${encodeURIComponent(id)}`);
