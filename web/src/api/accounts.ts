// Official accounts, what holds of them from which day on, and the office calendar.
import { call, read, type Schemas } from './client';

export type Account = Schemas['AccountView'];
export type SavedAccount = Schemas['SavedAccount'];
export type CheckResult = Schemas['CheckResult'];
export type Setting = Schemas['SettingList'];
export type Limits = Schemas['LimitsList'];
export type LimitsChange = Schemas['LimitsChange'];
export type Notices = Schemas['AccountNotices'];
export type NoticeWay = Schemas['NoticeWay'];
export type NoticePart = NoticeWay['fields'][string];
export type Year = Schemas['CalendarYear'];
export type DayChange = Schemas['DayChange'];

/** What a form says of an account: left out, it stays as it is. Keys are written and never read. */
export interface AccountChange {
  app_id?: string; name?: string; kind?: string; verified?: boolean; mode?: string; original_id?: string;
  token?: string; aes_key?: string; secret?: string; previous_token?: string; previous_aes_key?: string;
}

const at = (id: string, what = '') => `/accounts/${encodeURIComponent(id)}${what}`;

export const accounts = (signal?: AbortSignal, background?: boolean) => read('/accounts', undefined, signal, background);
export const account = (id: string, signal?: AbortSignal, background?: boolean) => call<Account>('GET', at(id), { signal, background });
export const addAccount = (said: AccountChange) => call<SavedAccount>('POST', '/accounts', { body: said });
export const changeAccount = (id: string, said: AccountChange) => call<SavedAccount>('PUT', at(id), { body: said });
export const checkAccount = (id: string) => call<CheckResult[]>('POST', at(id, '/check'), { body: {} });

/** What is set from a day on; '' is always. */
const day = (from: string) => encodeURIComponent(from || 'always');
/** deskSettings are those of people at the desk, with the values of each. */
export const deskSettings = { human: ['none', 'desk', 'wechat'], assignment: ['auto', 'manual'], held: ['silent', 'exact'] } as const;
export type DeskSetting = keyof typeof deskSettings;
export const deskSettingNames = Object.keys(deskSettings) as DeskSetting[];
export type SettingName = 'hours' | DeskSetting;
const path = (name: SettingName) => (name === 'hours' ? '/hours' : `/desk/${name}`);
export const setting = (id: string, name: SettingName, signal?: AbortSignal) => call<Setting>('GET', at(id, path(name)), { signal });
export const setSetting = (id: string, name: SettingName, from: string, value: string) => call<unknown>('PUT', at(id, path(name)), { body: { from: from || 'always', value } });
export const removeSetting = (id: string, name: SettingName, from: string) => call<unknown>('DELETE', at(id, `${path(name)}/${day(from)}`));
export const limits = (id: string, signal?: AbortSignal) => call<Limits>('GET', at(id, '/limits'), { signal });
export const setLimits = (id: string, from: string, change: LimitsChange) => call<unknown>('PUT', at(id, '/limits'), { body: { from: from || 'always', limits: change } });
export const removeLimits = (id: string, from: string) => call<unknown>('DELETE', at(id, `/limits/${day(from)}`));

/** By what citizens hear of their cases when no customer-service message can be sent. */
export const notices = (id: string, signal?: AbortSignal) => call<Notices>('GET', at(id, '/notices'), { signal });
export const setNotices = (id: string, way: NoticeWay) => call<Notices>('PUT', at(id, '/notices'), { body: way });
export const removeNotices = (id: string) => call<Notices>('DELETE', at(id, '/notices'));

export const calendar = (year: number, signal?: AbortSignal) => read('/calendar', { year }, signal);
export const setDay = (date: string, work: boolean, name: string) => call<unknown>('PUT', `/calendar/${date}`, { body: { work, name } });
export const unsetDay = (date: string) => call<unknown>('DELETE', `/calendar/${date}`);
export const importNotice = (notice: unknown, dryRun: boolean) => call<{ year: number; imported: boolean; changes: DayChange[] }>('POST', '/calendar/import', { body: { notice, dry_run: dryRun } });
