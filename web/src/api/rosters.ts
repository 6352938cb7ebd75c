// Who is on duty when.
import { call, read, type Schemas } from './client';

export type Roster = Schemas['DeskRoster'];
export type Day = NonNullable<Roster['days']>[number];
export interface Duty { operator: string; from: string; to: string; weekdays: string; hours: string; topics: string[] }

export const roster = (account: string, from: string, signal?: AbortSignal, background?: boolean) => read('/rosters', { account, from }, signal, background);
export const saveRoster = (account: string, version: string, duties: Duty[]) => call<Roster>('PUT', '/rosters', { query: { account }, body: { version, duties } });
