// Why the program is not at its best, in English, by the codes of /readyz: {said} and {cause} are the server's own words, in
// Chinese. The codes come from openapi.yaml: one without its words here is no program.
import type { Schemas } from './client';
import { fill } from './english';

export type Reason = Schemas['Reason'];
type Code = Exclude<Schemas['ReasonCode'], ''>;

const refused = '{n} callbacks were refused in the last 10 minutes';
const kept = '{n} callbacks in the last 10 minutes were taken but not answered';
const key = `${refused}: the message can not be decrypted. Please compare the EncodingAESKey with the one in WeChat’s back office`;

const reasons: Record<Code, string> = {
  audit_broken: 'The audit log does not hold: {cause}',
  calendar_unread: 'The work calendar was not renewed; answers go by the one before: {said}',
  callbacks_bad_app_id: `${refused}: the message is another account’s. Please compare the AppID and the callback URL`,
  callbacks_bad_base64: key,
  callbacks_bad_envelope: `${refused}: the content is not in WeChat’s format`,
  callbacks_bad_length: key,
  callbacks_bad_message: `${refused}: the message can not be read, or is not this account’s; out of safe mode nobody knows whether it came from WeChat. Please change to safe mode soon`,
  callbacks_bad_method: `${refused}: the callback URL takes GET and POST alone`,
  callbacks_bad_mode: `${refused}: the encryption is not that of the account’s settings. Please compare WeChat’s back office`,
  callbacks_bad_msg_signature: `${refused}: the signature of the message does not fit. Please compare the Token with the one in WeChat’s back office`,
  callbacks_bad_padding: key,
  callbacks_bad_query: `${refused}: parameters are missing, given twice or ill formed. Please see whether a proxy rewrites the URL`,
  callbacks_bad_signature: `${refused}: the signature does not fit. Please compare the Token with the one in WeChat’s back office`,
  callbacks_body_timeout: `${refused}: the content did not come in time`,
  callbacks_body_too_large: `${refused}: the content is too long`,
  callbacks_empty_body: `${refused}: there was no content`,
  callbacks_foreign_account: `${kept}: the original ID in the message is not the account’s. Please compare the account’s original ID`,
  callbacks_foreign_of: `${kept}: the original ID in the message, {original_id}, is not the account’s. If it is this account, please run wenzheng account add --app-id {app_id} --original-id {original_id}`,
  callbacks_incomplete: `${kept}: something that every message has is missing, or the citizen’s OpenID is ill formed. Please see whether they come from WeChat`,
  callbacks_plaintext_refused: `${refused}: the account has a key and takes no plain messages. Please choose safe mode in WeChat’s back office`,
  callbacks_replay: `${refused}: one signature came with different contents, which looks forged. Please change to safe mode soon`,
  callbacks_stale: `${refused}: their time is too far from the server’s. Please set the server’s clock`,
  callbacks_unknown_account: `${refused}: the AppID in the URL is no account here. Please compare the server’s URL in WeChat’s back office, or add the account with wenzheng account add`,
  callbacks_unknown_account_of: `${refused}: the AppID in the URL, {app_id}, is no account here. Please compare the server’s URL in WeChat’s back office, or add the account with wenzheng account add`,
  callbacks_unparsable: `${kept}: the message is no XML that can be read; it is kept as it came. Please see whether they come from WeChat, and whether a proxy changes them`,
  callbacks_unsupported_type: `${refused}: the content is of another type. Please choose XML in WeChat’s back office`,
  callbacks_wrong_path: `${refused}: the path of the URL is wrong. Please change the server’s URL in WeChat’s back office to https://your-domain/wechat/callback/the-account’s-AppID, without a further slash`,
  clock_ahead: 'The server’s clock is about {seconds} s ahead of WeChat’s, so response times come out wrong. Please set it (chrony or systemd-timesyncd)',
  clock_behind: 'The server’s clock is about {seconds} s behind WeChat’s, so response times come out wrong. Please set it (chrony or systemd-timesyncd)',
  damaged_records: '{n} records of the journal are damaged and can not be read. Please check the disk',
  database_away: 'Accounts and rules are those in memory: {cause}',
  database_setting: 'A setting of the database puts data at risk: {said}',
  dialogues_unread: 'The dialogues of other instances were not read: {cause}',
  disk_low: 'The disk is full and the reserve is being used. Please make room at once',
  journal_broken: 'The journal can not be written; messages go straight to the database. Please look at the log and the disk',
  lost_messages: 'The journal was damaged: about {n} answered messages could not be recovered. Please check the disk, and keep the folder quarantine',
  messages_locked: '{n} messages were encrypted with another key, and this instance can not send them. Please write that key to previous_secret_key and restart',
  mode_open: 'Not in safe mode: whoever sees one request can forge messages for ever. Please change to safe mode in WeChat’s back office, then here',
  no_account: 'There is no account yet. Please add one with wenzheng account add',
  not_stored: 'The oldest message has waited {seconds} s for the database. Please see whether it is stopped, read-only, locked, or its disk full',
  pins_unread: 'The emergency answers were not read; those before hold, and it is tried again: {cause}',
  quarantined: '{n} records are in quarantine. Please stop the service and look with wenzheng log backlog',
  rules_expired: '{n} rules no longer answer, as their source is out of date, {rule} for one. Please check and publish them again',
  rules_many: 'Many rules were published: {n} have been read, the rest follows. Answers go by those before',
  rules_read: 'The rules are still being read; answers begin after that: {accounts}',
  rules_refused: 'The rules that were published do not hold; answers go by those before: {said}',
  rules_unread: 'The rules that were published have not been read yet; answers go by those before, and it is tried again: {cause}',
  schema_old: 'The database has not been upgraded yet: {cause}',
  service_silent: 'The service could not be asked: {said}',
  snapshot_calendar: 'The work calendar in the snapshot can not be used: {said}',
  snapshot_missing: 'There is no snapshot that can be used; nothing is answered until the database is back: {said}',
  snapshot_rules: 'The rules in the snapshot can not be used: {said}',
  snapshot_unsaved: 'The snapshot was not kept; a start without the database could not answer: {said}',
  wire_broken: 'Messages of this account can not be taken or sent: {said}',
  year_missing: 'The public holidays of {year} are missing; Monday to Friday count as workdays. Once the notice is published please run wenzheng calendar import {year}.json',
};

/** reasonInEnglish says a reason in English; as the server says it, where it has no code or a new one. */
export function reasonInEnglish(reason: Reason): string {
  const text = (reasons as Record<string, string | undefined>)[reason.code];
  return text ? fill(one(text, reason.values.n), reason.values) : reason.text;
}

// Of one thing the first noun and its verb are in the singular.
const singular: Record<string, string> = { were: 'was', are: 'is', wait: 'waits', answer: 'answers' };
const one = (text: string, n: string | undefined) => (n === '1' ? text.replace(/^\{n\} (callback|record|rule|message)s(.*?)\b(were|are|wait|answer)\b/, (_, thing: string, between: string, verb: string) => `{n} ${thing}${between}${singular[verb]}`).replace(' as their source', ' as its source') : text);
