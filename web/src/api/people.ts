// Operators, grants and everybody's sessions: what the administrators' pages ask.
import { call } from './client';
import type { Role } from './session';

export interface Grant { role: Role; app_id: string }

export interface Operator {
  id: string;
  name: string;
  display_name: string;
  roles: Role[];
  grants: Grant[];
  grants_asleep: boolean;
  state: 'invited' | 'active' | 'locked' | 'disabled';
  authenticator: boolean;
  link_until: string | null;
  locked_until: string | null;
  created_at: string;
  last_sign_in_at: string | null;
}

export interface Invitation { operator: Operator; link: string; until: string }
export interface GrantList { operators: Operator[]; accounts: { app_id: string; name: string }[] }

const at = (id: string, what: string) => `/operators/${encodeURIComponent(id)}/${what}`;

export const operators = (signal?: AbortSignal) => call<Operator[]>('GET', '/operators', { signal });
export const addOperator = (name: string, displayName: string) => call<Invitation>('POST', '/operators', { body: { name, display_name: displayName } });
export const disableOperator = (id: string) => call<unknown>('POST', at(id, 'disable'), { body: {} });
export const enableOperator = (id: string) => call<unknown>('POST', at(id, 'enable'), { body: {} });
export const resetOperator = (id: string) => call<Invitation>('POST', at(id, 'reset'), { body: {} });
export const unlockOperator = (id: string) => call<unknown>('POST', at(id, 'unlock'), { body: {} });

export const grants = (signal?: AbortSignal) => call<GrantList>('GET', '/grants', { signal });
export const grant = (operatorId: string, list: Grant[]) => call<unknown>('PUT', '/grants', { body: { operator_id: operatorId, grants: list } });
