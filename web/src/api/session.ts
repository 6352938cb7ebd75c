// Who is signed in, and the ways in and out.
import { call, read, type Schemas } from './client';

/** Preferences are what the console makes of them. */
export type Session = Omit<Schemas['Session'], 'preferences'> & { preferences: Record<string, unknown> };
export type Step = Schemas['Step'];
export type Next = Step['next'];
export type Role = Schemas['Role'];
export type SessionRow = Schemas['OpenSession'];
export type OtherSession = NonNullable<Schemas['Error']['other']>;

export const session = () => read('/session');
export const signIn = (name: string, password: string) => call<Step>('POST', '/session', { body: { name, password } });
export const sendCode = (code: string, endOther = false) => call<Step>('POST', '/session/code', { body: endOther ? { code, end_other: true } : { code } });
export const replacePassword = (password: string) => call<Step>('POST', '/session/password', { body: { password } });
export const signOut = () => call<void>('DELETE', '/session');

export const lookAtLink = (token: string) => call<{ name: string; display_name: string }>('POST', '/welcome/look', { body: { token } });
export const acceptLink = (token: string, password: string) => call<Step>('POST', '/welcome', { body: { token, password } });

export const beginAuthenticator = (password?: string) => call<{ secret: string; uri: string }>('POST', '/me/authenticator/begin', { body: password === undefined ? {} : { password } });
export const confirmAuthenticator = (code: string) => call<Step>('POST', '/me/authenticator', { body: { code } });
export const changePassword = (old: string, next: string) => call<void>('POST', '/me/password', { body: { old, new: next } });
export const newRecoveryCodes = (code: string) => call<{ recovery_codes: string[] }>('POST', '/me/codes', { body: { code } });
export const savePreferences = (preferences: Record<string, unknown>) => call<void>('PUT', '/me/preferences', { body: preferences });

export const sessions = (all = false, signal?: AbortSignal, background = false) => read('/sessions', all ? { all: 'true' } : undefined, signal, background);
export const endSession = (id: string) => call<void>('DELETE', `/sessions/${encodeURIComponent(id)}`);

export const demoRoles = () => read('/demo/roles');
export const enterDemo = (name: string) => call<Step>('POST', '/demo/session', { body: { name } });
