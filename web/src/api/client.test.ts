import { afterEach, expect, test, vi } from 'vitest';
import { ApiError, address, call, onOver, sayErrors } from './client';

afterEach(() => vi.unstubAllGlobals());

const answers = (status: number, body: unknown, headers = {}) => {
  const fetched = vi.fn(async () => new Response(body === undefined ? null : JSON.stringify(body), { status, headers }));
  vi.stubGlobal('fetch', fetched);
  return fetched;
};

test('empty values are left out of the address, lists are joined', () => {
  expect(address('/waits', { a: '', b: null, c: ['x', 'y'], d: 0, e: false, f: [] })).toBe('/api/v1/waits?c=x%2Cy&d=0');
});

test('a change carries the header of the console, a question does not', async () => {
  const fetched = answers(204, undefined);
  await call('DELETE', '/session');
  await call('GET', '/session').catch(() => undefined);
  const sent = (fetched.mock.calls as unknown as [string, { headers: Record<string, string> }][]).map(([, init]) => init.headers['X-Wenzheng']);
  expect(sent).toEqual(['console', undefined]);
});

test('a refusal keeps what the server said', async () => {
  answers(400, { code: 'invalid', message: '参数有误', fields: [{ field: 'from', message: '不是日期' }] }, { 'X-Request-Id': '7b20' });
  const refused = await call('GET', '/indices').catch((e: unknown) => e) as ApiError;
  expect(refused).toBeInstanceOf(ApiError);
  expect([refused.status, refused.code, refused.message, refused.fields[0]?.field, refused.requestId]).toEqual([400, 'invalid', '参数有误', 'from', '7b20']);
});

test('a refusal is said in the language of the reader, and in the server’s words where that fails', async () => {
  answers(400, { code: 'invalid', message: '参数有误' });
  sayErrors(async (code, said) => ({ ...said, message: `${code}: ${said.message}` }));
  await expect(call('GET', '/indices')).rejects.toMatchObject({ message: 'invalid: 参数有误' });
  sayErrors(() => Promise.reject(new Error('offline')));
  await expect(call('GET', '/indices')).rejects.toMatchObject({ message: '参数有误' });
  sayErrors(async (_, said) => said);
});

test('an answer that is no JSON is an error too, and so is none at all', async () => {
  vi.stubGlobal('fetch', async () => new Response('<html>', { status: 502 }));
  await expect(call('GET', '/indices')).rejects.toMatchObject({ status: 502, code: 'internal' });
  vi.stubGlobal('fetch', async () => { throw new TypeError('network'); });
  await expect(call('GET', '/indices')).rejects.toMatchObject({ status: 0, code: 'offline' });
});

test('the end of a session is told once to whoever listens', async () => {
  answers(401, { code: 'unauthorized', message: '' });
  const heard = vi.fn();
  const stop = onOver(heard);
  await call('GET', '/indices').catch(() => undefined);
  stop();
  await call('GET', '/indices').catch(() => undefined);
  expect(heard).toHaveBeenCalledTimes(1);
});
