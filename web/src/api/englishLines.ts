// Lines of the doctor and of the start in English, by their codes: {said} is the server's own sentence, the other {holes} are the
// values of a line. The codes come from openapi.yaml: one without its words here is no program.
import type { Schemas } from './client';
import { fill } from './english';
import { reasonInEnglish, type Reason } from './englishReasons';

type Item = Schemas['CheckItem'];
type Line = Exclude<Schemas['CheckCode'], ''>;

const items: Record<Item, string> = {
  settings: 'Settings', mode: 'Encryption', callback: 'Callback, tried', service: 'Service', clock: 'Clock', calls: 'Recent callbacks', api: 'WeChat’s API',
  token: 'Access token', network: 'Network from WeChat', rights: 'API rights', right: 'Right: {right}', rights_kept: 'Keeping the rights',
};

/** rights are called as in WeChat's English pages. */
const rights: Record<string, string> = {
  menu: 'custom menu', customer_service: 'customer service messages', tags: 'user tags', users: 'user list', material: 'material', template: 'template messages',
  subscription: 'subscription messages', sessions: 'customer service accounts', records: 'chat records', datacube: 'statistics',
};

const again = 'Please check again later.';
const proxy = 'Something other than WeChat’s API answered (HTTP {status})';

/** lines are what is the case, and what to do; without that it is in {said}, or there is nothing to do. */
const lines: Record<Line, [found: string, fix?: string]> = {
  settings_right: ['AppID, Token and EncodingAESKey have the right form'],
  settings_wrong: ['A setting of the account is wrong: {said}'],
  settings_unusable: ['A setting of the account is wrong'],
  mode_safe: ['Safe mode'],
  mode_open: ['Mode {mode}: whoever sees one request can forge messages for ever', 'Please switch to safe mode in WeChat’s back office and run wenzheng account add … --mode safe'],
  callback_right: ['The verification of the URL (GET) is signed and answered rightly'],
  callback_wrong: ['A callback that was tried failed: {said}'],
  calls_taken: ['No callback of WeChat was refused in the last 10 minutes'],
  calls_refused: ['Callbacks were refused lately: {said}'],
  clock_right: ['Recent callbacks show no difference to WeChat’s clock'],
  clock_wrong: ['The clock differs from WeChat’s: {said}'],
  service_well: ['Answers, nothing is wrong'],
  service_able: ['Answers. It says of itself: {reasons}'],
  service_unable: ['Does not answer yet'],
  service_unable_as: ['Does not answer yet. It says of itself: {reasons}'],
  service_silent: ['The service could not be asked: {said}'],
  api_skipped: ['No AppSecret, left out. Automatic answers do without; the menu, customer service messages and statistics need it'],
  token_given: ['stable_token gave a token'],
  rights_unsaved: ['What was found could not be kept: {said}'],
  right_granted: ['Granted'],
  right_not_granted: ['Not granted. Verified accounts have it; automatic answers do without'],
  right_lost: ['It was there at the last check-up and is not any more', 'Please see in WeChat’s back office whether the verification has ended or the API was blocked'],
  right_unanswered: ['WeChat did not answer', again],
  right_unclear: ['WeChat’s answer was not clear (code {code})', again],
  network_well: ['The host is at {addresses}. Reached from: {pings}'],
  network_no_address: ['WeChat found no address', 'Please see that the server’s URL is submitted in WeChat’s back office and that its name is known on the Internet'],
  network_private: ['The host is at {addresses}, which is not on the Internet: WeChat can not reach it', 'Please have the name lead to a public address'],
  network_untold: ['The host is at {addresses}. WeChat did not say whether it can be reached', again],
  network_all_lost: ['The host is at {addresses}. All packets are lost: {pings}', 'Please see that the server runs and that firewall and security group let ports 80 and 443 through. If only ping is blocked, send a message from your own WeChat to try it'],
  network_some_lost: ['The host is at {addresses}. From some networks all packets are lost: {pings}', 'Please look at the firewall, the security group and the line'],
  ip_not_listed: ['The address that WeChat sees, {ip}, is not on its list', 'Please add it in WeChat’s back office → 设置与开发 → 开发接口管理 → IP 白名单, and check again in a few minutes'],
  secret_wrong: ['The AppSecret is wrong', 'Please reset it in WeChat’s back office and run wenzheng account add … --secret -'],
  secret_frozen: ['The AppSecret is frozen (code 40243)', 'Please release it in WeChat’s back office, then check again'],
  secret_missing: ['There is no AppSecret', 'Please copy it from WeChat’s back office (设置与开发 → 开发接口管理): reading automatic replies and publishing menus need it'],
  app_id_wrong: ['The AppID is wrong', 'Please copy it from WeChat’s back office as it is'],
  account_frozen: ['The account is restricted or frozen (code {code})', 'Please read the notices in WeChat’s back office'],
  call_to_confirm: ['An administrator has to confirm calls from this address in WeChat (code {code})', 'Please have them confirm it, then check again'],
  call_denied: ['An administrator refused calls from this address (code {code})', 'Please have them confirm it in a day, then check again'],
  host_not_allowed: ['The settings do not allow this host', 'Please compare wechat.api_base and wechat.egress'],
  wechat_slow: ['WeChat’s API did not answer in time', 'Please look at the network, the proxy and the firewall between here and WeChat'],
  wechat_unreached: ['WeChat’s API was not reached: {cause}'],
  wechat_fails: ['WeChat’s API fails for the moment ({code})', 'Please try again later'],
  wechat_code: ['WeChat answered with code {code} ({message}); its documentation lists the codes'],
  answer_unreadable: ['The answer of WeChat’s API can not be read', 'Please compare wechat.api_base; a proxy on the way may have changed the answer'],
  token_refused: ['WeChat does not take the token it has just given (code {code})', 'Please try again later. If it stays so, see whether another program renews the token by force'],
  right_missing: ['The account has no right to this API (code {code}); verified accounts have it'],
  calls_too_fast: ['Too many calls in a minute (code 45011)', 'Please wait a minute'],
  calls_used_up: ['The calls of today are used up (code {code})', 'Please try again tomorrow'],
  proxy_moves: [`${proxy}: the request was sent elsewhere, most likely to a page to sign in to the network`, 'Please sign in there, or ask the network’s administrator to let api.weixin.qq.com through'],
  proxy_password: [`${proxy}: the proxy wants a name and a password`, 'Please write them to wechat.proxy (http://name:password@host:port)'],
  proxy_forbids: [`${proxy}: a proxy or gateway does not allow it`, 'Please ask the network’s administrator to let api.weixin.qq.com through'],
  proxy_limits: [`${proxy}: a proxy or gateway limits the calls`, 'Please wait a few minutes, or ask the network’s administrator'],
  proxy_answers: [proxy, 'Please look at the proxies, gateways and firewalls between here and WeChat, and at wechat.api_base'],
  check_old: ['The account was changed after the last check-up', 'Please check again'],
  too_few_people: ['The account has {n} content administrators; who writes and who reviews have to be two', 'Please ask the security administrator for one more'],
  tried: ['{said}'],
  first_message: ['The first message of a citizen came on {at}'],
};

const granting: Record<string, string> = {
  customer_service: 'Verified accounts have it; WeChat’s back office → 设置与开发 → 接口权限',
  template: 'Verified accounts apply for it: WeChat’s back office → 广告与服务 → 模板消息',
  subscription: 'Verified accounts switch it on: WeChat’s back office → 广告与服务 → 订阅通知',
  sessions: 'WeChat’s back office → 广告与服务 → 客服功能',
  records: 'WeChat’s back office → 广告与服务 → 客服功能',
};

/** rightInEnglish is what a right is called, and who grants it where. */
export const rightInEnglish = (right: string, label: string) => ({ label: sentence(rights[right] ?? label), granted_by: granting[right] ?? 'WeChat grants it to verified accounts; back office → 设置与开发 → 接口权限' });

const sentence = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);

/** LineSaid is a line of the doctor, or of a step at the start, as people read it. */
export interface LineSaid { item?: string; found: string; fix: string }

/** lineInEnglish says a line in English; as the server says it, where it has no code. */
export function lineInEnglish(line: LineSaid & { what: string; code: string; values: Record<string, string>; problems?: Reason[] }): LineSaid {
  const { right = '', at = '' } = line.values;
  const reasons = (line.problems ?? []).map(reasonInEnglish).join('; ');
  const values = { said: line.found, ...line.values, ...(reasons && { said: reasons, reasons }), right: rights[right] ?? right, at: at && new Date(at).toLocaleString('en-GB', { dateStyle: 'medium', timeStyle: 'short', timeZone: 'Asia/Shanghai' }) };
  const item = fill(items[line.what as Item] ?? '', values);
  const [found, fix] = (lines as Record<string, [string, string?] | undefined>)[line.code] ?? [line.found];
  // The reasons say what to do.
  return { item: item || line.item, found: fill(found, values), fix: fix ?? (reasons ? '' : line.fix) };
}
