import { beforeEach, expect, test, vi } from 'vitest';
import { effectScope } from 'vue';
import { ApiError } from '@/api/client';
import type { Detail } from '@/api/desk';
import { inWindow } from '@/ui/inWindow';
import { draftsKept, useDrafts } from './useDrafts';

const server = vi.hoisted(() => ({ session: { value: { name: 'zhou' } }, save: vi.fn() }));
vi.mock('@/frame/session', () => ({ session: server.session }));
vi.mock('@/api/desk', () => ({ saveDraft: server.save }));
inWindow(() => new EventTarget());

const conflict = (text: string) => new ApiError(409, 'conflict', '', [], { theirs: { text, version: '2' } });
const detail = (id: string, text: string) => ({ id, drafts: [{ kind: 'reply', text, version: '2', saved_at: '' }] }) as unknown as Detail;
function opens(of: Detail) {
  const scope = effectScope();
  return { ...scope.run(() => useDrafts(of))!, leave: async () => { scope.stop(); await draftsKept(of.id); } };
}
beforeEach(() => { server.save.mockReset(); server.session.value = { name: 'zhou' }; });

test('a draft in conflict is there again, with the question, when its conversation is opened again', async () => {
  server.save.mockRejectedValueOnce(conflict('theirs'));
  const first = opens(detail('1', 'before'));
  first.written.reply.text = 'mine';
  await first.leave();

  const second = opens(detail('1', 'theirs, longer'));
  expect(second.written.reply).toMatchObject({ text: 'mine', theirs: 'theirs, longer' });
  expect(second.written.note).toMatchObject({ text: '', theirs: undefined });
  server.save.mockResolvedValueOnce({ version: '3', saved_at: '' });
  second.settle('reply', true);
  await second.leave();
  expect(server.save).toHaveBeenLastCalledWith('1', { kind: 'reply', text: 'mine', version: '2' });
  expect(opens(detail('1', 'mine')).written.reply).toMatchObject({ text: 'mine', theirs: undefined });
});

test('nobody else sees it, nor is anybody asked twice about the same words', async () => {
  for (const [id, name, text, theirs] of [['2', 'lin', 'theirs', undefined], ['3', 'zhou', 'mine', undefined]] as const) {
    server.session.value = { name: 'zhou' };
    server.save.mockRejectedValueOnce(conflict('theirs'));
    const first = opens(detail(id, 'before'));
    first.written.reply.text = 'mine';
    await first.leave();
    server.session.value = { name };
    expect(opens(detail(id, text)).written.reply).toMatchObject({ text, theirs });
  }
});
