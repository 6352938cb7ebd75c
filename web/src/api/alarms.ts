// Where alarms of an account go, which are wanted, which stand, and what was sent.
import { call, type Schemas } from './client';

export type Alarms = Schemas['Alarms'];
export type Channel = Schemas['AlarmChannel'];
export type Send = Schemas['AlarmSend'];
export type Change = Schemas['AlarmChange'];
export type NewChannel = Schemas['AlarmChannelRequest'];

const at = (account: string, channel = '', what = '') => `/accounts/${encodeURIComponent(account)}/alarms${channel && `/${encodeURIComponent(channel)}`}${what}`;

export const alarms = (account: string, signal?: AbortSignal, background?: boolean) => call<Alarms>('GET', at(account), { signal, background });
export const chooseAlarms = (account: string, change: Change) => call<unknown>('PUT', at(account), { body: change });
/** The address and the secret are written and never read. */
export const addChannel = (account: string, said: NewChannel) => call<Channel>('POST', at(account), { body: said });
export const removeChannel = (account: string, channel: string) => call<Channel>('DELETE', at(account, channel));
/** Sends a message that says that nothing is wrong; it is no error when it does not arrive. */
export const testChannel = (account: string, channel: string) => call<Send>('POST', at(account, channel, '/test'), { body: {} });
