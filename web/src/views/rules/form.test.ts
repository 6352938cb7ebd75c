import { expect, test } from 'vitest';
import type { Rule } from '@/api/rules';
import { bytes } from '@/ui/text';
import { answerKind, begun, blank, formOf, pagesOf, ruleOf } from './form';

test('a rule survives the form unchanged', () => {
  const rule: Rule = {
    name: '取号', match: 'all', keywords: ['取号'], groups: [['外地', '跨省']], priority: 5, on: ['text', 'click'], keys: ['K'], when: { weekdays: [1, 2], hours: ['08:30-11:30'] },
    replies: [{ kind: 'text', text: '在\n取号机' }, { kind: 'news', articles: [{ title: '图', url: 'https://a.example' }] }], pick: 'rotate', source: { document: '3号' }, examples: ['取号'],
  };
  expect(ruleOf(formOf(rule))).toEqual(rule);
  const menu: Rule = { name: '菜单', keywords: ['菜单'], menu: { intro: '请选', items: [{ title: '一', menu: { items: [{ title: '二', rule: '取号' }] } }] } };
  expect(ruleOf(formOf(menu))).toEqual(menu);
  expect(answerKind(formOf(menu))).toBe('menu');
});

test('what is empty or a default is not said', () => {
  expect(ruleOf(blank())).toEqual({ name: '' });
  expect(ruleOf({ ...formOf({ name: ' 默认 ', keywords: ['a'] }), match: 'default' })).toEqual({ name: '默认', match: 'default' });
});

test('a long text is cut at ends of sentences and stays whole', () => {
  const text = '夜间施工扰民请拨打热线。\n'.repeat(120);
  const pages = pagesOf(text);
  expect(pages.length).toBe(3);
  expect(pages.every((page) => bytes(page) <= 2048)).toBe(true);
  expect(pages.join('')).toBe(text);
});

test('a link to a new rule says where it begins', () => {
  expect(ruleOf({ ...begun({ on: 'subscribe' }), name: '欢迎语' })).toEqual({ name: '欢迎语', on: ['subscribe'] });
  expect(ruleOf({ ...begun({ match: 'default' }), name: '默认' })).toEqual({ name: '默认', match: 'default' });
  expect(begun({ on: 'click', match: ['x'] })).toEqual(blank());
});
