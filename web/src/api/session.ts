// Who is signed in, and the ways in and out.
import { call } from './client';

export type Next = 'code' | 'enrol' | 'done';

export interface Account { app_id: string; name: string; roles: string[] }

export interface Session {
  name: string;
  display_name: string;
  roles: string[];
  permissions: string[];
  accounts: Account[];
  home: string;
  demo: boolean;
  /** Seconds without a request after which the server ends the session. */
  idle_s: number;
  ends_at: string;
  preferences: Record<string, unknown>;
}

export interface OtherSession { started_at: string; last_seen_at: string; address: string }

export interface SessionRow {
  id: string;
  name: string;
  display_name?: string;
  started_at: string;
  last_seen_at: string;
  address: string;
  current?: boolean;
}

export interface DemoRole { name: string; display_name: string; role: string; label: string }

export const session = () => call<Session>('GET', '/session');
export const signIn = (name: string, password: string) => call<{ next: Next; home?: string }>('POST', '/session', { body: { name, password } });
export const sendCode = (code: string, endOther = false) => call<{ next: Next; home?: string }>('POST', '/session/code', { body: endOther ? { code, end_other: true } : { code } });
export const signOut = () => call<void>('DELETE', '/session');

export const lookAtLink = (token: string) => call<{ name: string; display_name: string }>('POST', '/welcome/look', { body: { token } });
export const acceptLink = (token: string, password: string) => call<{ next: Next }>('POST', '/welcome', { body: { token, password } });

export const beginAuthenticator = (password?: string) => call<{ secret: string; uri: string }>('POST', '/me/authenticator/begin', { body: password === undefined ? {} : { password } });
export const confirmAuthenticator = (code: string) => call<{ recovery_codes: string[]; home: string }>('POST', '/me/authenticator', { body: { code } });
export const changePassword = (old: string, next: string) => call<void>('POST', '/me/password', { body: { old, new: next } });
export const newRecoveryCodes = (code: string) => call<{ recovery_codes: string[] }>('POST', '/me/codes', { body: { code } });
export const savePreferences = (preferences: Record<string, unknown>) => call<void>('PUT', '/me/preferences', { body: preferences });

export const sessions = (all = false) => call<SessionRow[] | { sessions: SessionRow[] }>('GET', '/sessions', { query: { all } }).then((answer) => (Array.isArray(answer) ? answer : answer.sessions));
export const endSession = (id: string) => call<void>('DELETE', `/sessions/${encodeURIComponent(id)}`);

export const demoRoles = () => call<DemoRole[]>('GET', '/demo/roles');
export const enterDemo = (name: string) => call<{ home: string }>('POST', '/demo/session', { body: { name } });
