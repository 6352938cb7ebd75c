import { expect, it } from 'vitest';
import { errorInEnglish, refusalInEnglish } from './english';
import { faultInEnglish } from './englishFaults';
import { lineInEnglish } from './englishLines';
import { reasonInEnglish, type Reason } from './englishReasons';

const line = (more: object) => ({ found: '看到的', fix: '', what: '', code: '', values: {}, ...more });

it('says an error by its code, with the server’s sentence where only that one tells', () => {
  expect(errorInEnglish('newer', '市民又来信了')).toBe('The citizen wrote again. Please read it, then send.');
  expect(errorInEnglish('invalid', '规则有误')).toBe('Something that was filled in is not right: 规则有误');
  expect(errorInEnglish('new_one', '别的事')).toBe('别的事');
});

it('says a line of the doctor with its values, and leaves one without a code as it came', () => {
  expect(lineInEnglish(line({ what: 'token', code: 'ip_not_listed', values: { ip: '203.0.113.9' }, fix: '请添加' }))).toMatchObject({ item: 'Access token', found: 'The address that WeChat sees, 203.0.113.9, is not on its list', fix: expect.stringMatching(/^Please add it/) });
  expect(lineInEnglish(line({ what: 'right', code: 'right_lost', values: { right: 'menu' } })).item).toBe('Right: custom menu');
  expect(lineInEnglish(line({ what: 'settings', code: 'settings_wrong', found: '账号设置：Token 有误', values: { said: 'Token 有误' }, fix: '请核对' }))).toEqual({ item: 'Settings', found: 'A setting of the account is wrong: Token 有误', fix: '请核对' });
  expect(lineInEnglish(line({ item: '时钟' }))).toEqual({ item: '时钟', found: '看到的', fix: '' });
});

it('says a reason of /readyz by its code and values, of one thing in the singular', () => {
  const reason = (code: Reason['code'], values: Record<string, string> = {}): Reason => ({ what: '', code, values, text: '服务器说的' });
  expect(reasonInEnglish(reason('year_missing', { year: '2027' }))).toBe('The public holidays of 2027 are missing; Monday to Friday count as workdays. Once the notice is published please run wenzheng calendar import 2027.json');
  expect(reasonInEnglish(reason('callbacks_bad_signature', { n: '1' }))).toMatch(/^1 callback was refused in the last 10 minutes/);
  expect(reasonInEnglish(reason('rules_expired', { n: '1', rule: '供暖' }))).toMatch(/^1 rule no longer answers, as its source is out of date/);
  expect(reasonInEnglish(reason('messages_locked', { n: '2' }))).toMatch(/^2 messages were encrypted/);
  expect(reasonInEnglish(reason('quarantined', { n: '1' }))).toMatch(/^1 record is in quarantine/);
  expect(reasonInEnglish(reason(''))).toBe('服务器说的');
  expect(lineInEnglish(line({ what: 'clock', code: 'clock_wrong', fix: '请校准', problems: [reason('clock_behind', { seconds: '9' })] }))).toMatchObject({ found: expect.stringMatching(/^The clock differs from WeChat’s: The server’s clock is about 9 s behind/), fix: '' });
});

it('says what is wrong with a field by its code and values, and keeps the server’s words where there is none', async () => {
  const long = { field: 'text', message: '最长 2048 字节（约 682 个汉字），现有 2100 字节', code: 'most_bytes_now', values: { max: '2048', chinese: '682', now: '2100' } };
  expect(faultInEnglish(long)).toBe('At most 2048 bytes (about 682 Chinese characters); there are 2100');
  expect(faultInEnglish({ field: 'x', message: '不行' })).toBe('This value was not accepted: 不行');
  expect((await refusalInEnglish('invalid', { message: '模板有误', fields: [long] })).message).toBe('Something that was filled in is not right: At most 2048 bytes (about 682 Chinese characters); there are 2100');
  expect(await refusalInEnglish('invalid', { message: '模板有误', fields: [{ field: 'x', message: '不行' }] })).toEqual({ message: 'Something that was filled in is not right: 模板有误', fields: [{ field: 'x', message: 'This value was not accepted: 不行' }] });
});
