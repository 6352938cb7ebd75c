// Messages to citizens, on their way or not, and what a person decides about them.
import { call, read, type Schemas } from './client';

export type Item = Schemas['OutboxItem'];
export type State = Item['state'];
export interface OutboxFilter { account?: string[]; state?: string; staff?: string; purpose?: Item['purpose']; conversation?: number; after?: string; limit?: number }

export const messages = (filter: OutboxFilter, signal?: AbortSignal, background = false) => read('/outbox', filter, signal, background);
export const cancel = (item: Item, reason = '') => call<Item>('DELETE', `/outbox/${item.id}`, { query: { version: item.version, reason } });
const act = <T>(item: Item, what: string, body: object) => call<T>('POST', `/outbox/${item.id}/${what}`, { body: { version: item.version, ...body } });
export const resolve = (item: Item, arrived: boolean, reason: string) => act<Item>(item, 'resolve', { arrived, reason });
export const resend = (item: Item, sendKey: string, warned: boolean, reason: string) => act<{ items: Item[] }>(item, 'resend', { send_key: sendKey, warned, reason });
export type Choice = Schemas['ChannelChoice'];
/** channels are those that a waiting message could go by instead, and what stands in the way of each. */
export const channels = (item: Item, signal?: AbortSignal) => call<{ channels: Choice[] }>('GET', `/outbox/${item.id}/channel`, { signal });
export const changeChannel = (item: Item, channel: Item['channel']) => act<Item>(item, 'channel', { channel });
/** staffOf are those who answer for an account, by sign-in name. */
export const staffOf = async (account: string) => new Map((await read('/presence', { account }, undefined, true)).staff.map((s) => [s.name, s.display_name]));
