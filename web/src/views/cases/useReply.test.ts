import { effectScope, nextTick, ref } from 'vue';
import { expect, it } from 'vitest';
import { useReply } from './useReply';

function reply(draft: string) {
  const theirs = ref(draft);
  return { theirs, ...effectScope(true).run(() => useReply(() => ({ draft: theirs.value })))! };
}

it('brings in what a colleague saved where nothing is being written', async () => {
  const { theirs, text, unsaved } = reply('');
  theirs.value = '已派人查看';
  await nextTick();
  expect([text.value, unsaved.value]).toEqual(['已派人查看', false]);
});

it('asks before the newer draft of a colleague is written over', async () => {
  const { theirs, text, overtaken, keep, take } = reply('');
  text.value = '正在核实';
  theirs.value = '已派人查看';
  await nextTick();
  expect([text.value, overtaken.value]).toEqual(['正在核实', true]);
  keep();
  expect([text.value, overtaken.value]).toEqual(['正在核实', false]);
  theirs.value = '已修好';
  await nextTick();
  expect(overtaken.value).toBe(true);
  take(theirs.value);
  expect([text.value, overtaken.value]).toEqual(['已修好', false]);
});

it('asks also when a colleague submitted the draft', async () => {
  const { theirs, text, overtaken, unsaved } = reply('已派人');
  text.value = '已派人查看';
  theirs.value = '';
  await nextTick();
  expect([text.value, overtaken.value, unsaved.value]).toEqual(['已派人查看', true, true]);
});

it('counts what was saved or submitted as kept, and what was typed since as not', async () => {
  const { theirs, text, overtaken, unsaved, saved } = reply('');
  text.value = '已修好 ';
  saved('draft', text.value, '已修好');
  theirs.value = '已修好';
  await nextTick();
  expect([text.value, unsaved.value]).toEqual(['已修好 ', false]);
  text.value = '已修好，谢谢';
  expect([unsaved.value, overtaken.value]).toEqual([true, false]);
  saved('submit', text.value, '');
  theirs.value = '';
  await nextTick();
  expect([text.value, unsaved.value, overtaken.value]).toEqual(['已修好，谢谢', false, false]);
});
