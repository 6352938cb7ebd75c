// The one way to the server: JSON in, JSON out, and ApiError for everything else. It knows
// nothing of the pages; whoever wants to hear that the session is over says so by onOver.
import type { components, paths } from './schema.gen';

export type Schemas = components['schemas'];

/** FieldError is what is wrong with a field: message is for people, as that of the error is. */
export interface FieldError { field: string; message: string; code?: string; values?: Record<string, string> }

/** Told is what people are told of a refusal. */
export interface Told { message: string; fields: FieldError[] }

/** ApiError is any answer but a good one. message is for people, in the server's words or, for who reads English, by its code. */
export class ApiError extends Error {
  constructor(
    /** 0 when there was no answer at all. */
    readonly status: number,
    readonly code: string,
    message: string,
    readonly fields: FieldError[] = [],
    /** The whole body: some refusals carry more, like the other session's address. */
    readonly body: Record<string, unknown> = {},
    /** What an operator tells the administrator; the program's log has the same. */
    readonly requestId = '',
  ) {
    super(message);
    this.name = 'ApiError';
  }
}

/** asFault is what to tell people of anything thrown: a fault of the page itself is in the browser's log alone. */
export function asFault(cause: unknown): ApiError {
  if (cause instanceof ApiError) return cause;
  console.error(cause);
  return new ApiError(0, 'internal', '');
}

export type Query = Record<string, string | number | boolean | string[] | null | undefined>;

interface Options {
  query?: Query;
  body?: unknown;
  /** A file as the body, instead of JSON. */
  content?: Blob;
  signal?: AbortSignal;
  /** Nobody asked: the page brings itself up to date, which must not keep a session alive. */
  background?: boolean;
}

const root = '/api/v1';

const watchers = new Set<() => void>();

/** onOver calls f whenever the server says that nobody is signed in. It returns how to stop. */
export function onOver(f: () => void): () => void {
  watchers.add(f);
  return () => watchers.delete(f);
}

let inTheirLanguage = async (_code: string, said: Told) => said;

/** sayErrors has f say an error to people, of its code and what the server says. */
export function sayErrors(f: typeof inTheirLanguage): void { inTheirLanguage = f; }

let askedAt = 0;

/** lastAsked is when the server last heard of this tab, in Date.now() terms: streams do not count. */
export const lastAsked = () => askedAt;

let ahead = 0;

/** serverTime is the server's clock, to the second, as of its last answer. */
export const serverTime = () => new Date(Date.now() + ahead);

/** address is the path with its query; empty values are left out, lists joined by commas. */
export function address(path: string, query: Query = {}): string {
  const search = new URLSearchParams();
  for (const [key, value] of Object.entries(query)) {
    if (value === undefined || value === null || value === '' || value === false) continue;
    if (Array.isArray(value) && value.length === 0) continue;
    search.set(key, Array.isArray(value) ? value.join(',') : String(value));
  }
  const tail = search.toString();
  return root + path + (tail ? `?${tail}` : '');
}

/** call asks for anything; the answer is taken to be a T. 204 gives undefined. */
export async function call<T>(method: string, path: string, options: Options = {}): Promise<T> {
  const response = await answered(method, path, options);
  return (response.status === 204 ? undefined : await response.json()) as T;
}

/** file asks for what is no JSON: a page or a file. */
export const file = (path: string, query: Query, signal?: AbortSignal) => answered('GET', path, { query, signal }, '*/*');

async function answered(method: string, path: string, options: Options, accept = 'application/json'): Promise<Response> {
  const headers: Record<string, string> = { Accept: accept };
  if (method !== 'GET') headers['X-Wenzheng'] = 'console';
  if (options.body !== undefined) headers['Content-Type'] = 'application/json';
  if (options.content !== undefined) headers['Content-Type'] = 'application/octet-stream';
  if (options.background) headers['X-Wenzheng-Background'] = '1';
  let response: Response;
  try {
    response = await fetch(address(path, options.query), {
      method,
      headers,
      body: options.content ?? (options.body === undefined ? undefined : JSON.stringify(options.body)),
      credentials: 'same-origin',
      signal: options.signal,
    });
  } catch (cause) {
    if (options.signal?.aborted) throw cause;
    throw new ApiError(0, 'offline', '');
  }
  if (!options.background) askedAt = Date.now();
  const date = Date.parse(response.headers.get('Date') ?? '');
  // The header has whole seconds: a smaller difference is its rounding.
  if (!Number.isNaN(date)) ahead = Math.abs(date - Date.now()) > 1_500 ? date - Date.now() : 0;
  if (response.ok) return response;
  const refusal = await told(response);
  if (refusal.code === 'unauthorized') for (const f of watchers) f();
  throw refusal;
}

async function told(response: Response): Promise<ApiError> {
  const body = await response.json().catch(() => ({})) as Record<string, unknown>;
  const code = typeof body.code === 'string' ? body.code : 'internal';
  const said = { message: typeof body.message === 'string' ? body.message : '', fields: Array.isArray(body.fields) ? body.fields as FieldError[] : [] };
  const { message, fields } = said.message ? await inTheirLanguage(code, said).catch(() => said) : said;
  return new ApiError(response.status, code, message, fields, body, response.headers.get('X-Request-Id') ?? '');
}

type Prefix = typeof root;
type Readable = { [P in keyof paths]: P extends `${Prefix}${infer R}` ? paths[P] extends { get: { responses: { 200: { content: { 'application/json': unknown } } } } } ? R : never : never }[keyof paths];
type Get<R extends string> = paths[`${Prefix}${R}` & keyof paths] extends { get: infer G } ? G : never;
type Answer<R extends string> = Get<R> extends { responses: { 200: { content: { 'application/json': infer A } } } } ? A : never;
type Asked<R extends string> = Get<R> extends { parameters: { query?: infer Q } } ? Q : never;

/** read is a GET that openapi.yaml describes: its path, its query and its answer are checked by the compiler. */
export function read<R extends Readable>(path: R, query?: Asked<R>, signal?: AbortSignal, background = false): Promise<Answer<R>> {
  return call<Answer<R>>('GET', path, { query: query as Query | undefined, signal, background });
}
