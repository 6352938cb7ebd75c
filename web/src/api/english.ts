// Errors of the server in English, by their code. {said} is the server's own sentence, in Chinese, where only it knows what is
// wrong. The codes come from openapi.yaml: one without its words here is no program.
import type { Schemas, Told } from './client';

const errors: Record<Schemas['ErrorCode'], string> = {
  invalid: 'Something that was filled in is not right: {said}',
  unauthorized: 'You are not signed in any more. Please sign in again.',
  sign_in: 'The name, the password or the code is not right.',
  used_code: 'This code was used already. Please wait for the next one.',
  locked: 'It failed too often and is locked for a while. Please wait, or ask the security administrator to unlock it.',
  csrf: 'The request did not come from a page of this console. Please reload the page.',
  forbidden: 'Your role does not allow this: {said}',
  not_found: 'There is no such thing, or it is not yours to see: {said}',
  conflict: 'It changed meanwhile, or does not go together with what is there: {said}',
  same_person: 'Whoever wrote it may not review it. Please ask a colleague.',
  replay_needed: 'It has to be replayed on past questions first: {said}',
  other_session: 'This name is signed in elsewhere. You can end that session and go on.',
  link_over: 'This link was used, replaced, or is too old. Please ask for a new one.',
  gone: 'It is kept no longer: {said}',
  too_late: 'It is too late for this: {said}',
  warning: 'Please look at it once more before you send it: {said}',
  newer: 'The citizen wrote again. Please read it, then send.',
  not_yours: 'A colleague has this conversation.',
  final: 'This conversation is over.',
  window: 'WeChat lets nobody write to this citizen now: {said}',
  held_by_wechat: 'WeChat’s own client holds this citizen.',
  not_allowed: 'The state of the case does not allow this: {said}',
  body_too_large: 'The content is too large: {said}',
  unsupported_type: 'The content is of a kind that is not taken here: {said}',
  unavailable: 'It does not work for the moment. Please try again: {said}',
  audit_broken: 'The audit log does not hold. Please stop, and compare it with the backups: {said}',
  internal: 'The service failed and wrote it to its log. Please tell the administrator.',
};

/** fill puts values into the {holes} of a text. */
export const fill = (text: string, values: Record<string, string>) => text.replace(/\{(\w+)\}/g, (hole, name: string) => values[name] ?? hole);

/** errorInEnglish is what an error says; the server's sentence, where its code is a new one. */
export function errorInEnglish(code: string, said: string): string {
  const text = (errors as Record<string, string | undefined>)[code];
  return text ? fill(text, { said }) : said;
}

/**
 * refusalInEnglish is a refusal with the faults of its fields; what is wrong with the first of them tells more than the sentence
 * above them all. Most have none, and do without the words for them.
 */
export async function refusalInEnglish(code: string, said: Told): Promise<Told> {
  if (said.fields.length === 0) return { message: errorInEnglish(code, said.message), fields: [] };
  const { faultInEnglish } = await import('./englishFaults');
  const fields = said.fields.map((f) => ({ ...f, message: faultInEnglish(f) }));
  const first = code === 'invalid' && said.fields[0]?.code ? fields[0] : undefined;
  return { message: errorInEnglish(code, first?.message ?? said.message), fields };
}
