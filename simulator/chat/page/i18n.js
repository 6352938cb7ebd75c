// Texts of the page in Chinese and English.
const texts = {
  zh: {
    title: '微信模拟器', chats: '微信', skip: '跳到聊天记录', demo: '这是模拟器，不是微信：消息只发往本机的服务。',
    citizenHint: '当前市民，点击换人', back: '返回', inspect: '打开检视', inspector: '检视', close: '关闭', log: '聊天记录',
    typing: '对方正在输入…', voice: '发送语音', say: '输入消息', emoji: '表情', more: '更多功能', send: '发送', menu: '公众号菜单',
    image: '图片', file: '选择图片', location: '位置', link: '链接', video: '视频', scan: '扫一扫', follow: '关注', unfollow: '取消关注', notice: '订阅通知',
    subscription: '公众号', service: '服务号', verified: '已认证', notFollowed: '未关注', followHint: '还没有关注这个公众号，关注后会收到欢迎语。', empty: '还没有消息。发一句话试试，比如“菜单”“身份证丢了怎么办”。',
    noAccounts: '没有公众号。请用 wenzheng demo 启动，或先添加账号。', pick: '选中一条消息，查看它的签名、报文和命中的规则。',
    newCitizen: '新的市民', switchTo: '换成', openTab: '在新标签页打开', who: '以谁的身份', cancel: '取消', ok: '确定',
    place: '地点名称', latitude: '纬度', longitude: '经度', linkTitle: '标题', linkDesc: '摘要', linkURL: '网址', scene: '二维码场景值',
    allow: '允许发送', oneTime: '选择后公众号会收到您的选择。', seconds: '秒', minigame: '小程序', read: '阅读全文', template: '模板消息', noticeCard: '订阅通知',
    pushed: '客服消息', transfer: '正在为您转接人工客服', event: '事件', details: '详情', sending: '投递中…',
    outcome: '结果', rule: '命中的规则', why: '原因', keyword: '关键词', kind: '匹配方式', beaten: '落选的规则', exact: '完全一致', prefix: '开头', contains: '包含', all: '全部包含', regexp: '正则', default: '默认', noExplain: '本模拟器没有接到规则说明。',
    attempts: '投递记录', at: '时间', status: '状态码', latency: '耗时', result: '结果', query: '签名参数', eventKey: '事件键', xml: '明文报文（发出）', sent: '实际请求体',
    received: '实际响应体', reply: '回复明文', again: '再投递三次', againHint: '模拟微信没有收到回复而重试：三次的回复应当相同。', same: '各次回复一致', different: '各次回复不一致！',
    replied: '已回复', silent: '未回复（success）', bad_reply: '回复有误', timeout: '超时', refused: '连接被拒绝', reset: '连接中断', canceled: '已取消', wrongStatus: '状态码不对',
    picture: '图片', lost: '图片不在本机', play: '播放语音', opened: '会话由客服接待，消息不投递到服务器', failed: '没有发出去：', offline: '与模拟器的连接断了，正在重连…', times: '次',
    none: '（无）', article: '文章', openLink: '打开链接', share: '分享', like: '点赞', zaikan: '在看', done: '已记录', map: '地图',
  },
  en: {
    title: 'WeChat simulator', chats: 'Chats', skip: 'Skip to the messages', demo: 'A simulator, not WeChat: messages go to the service on this machine only.',
    citizenHint: 'Current citizen, click to change', back: 'Back', inspect: 'Open the inspector', inspector: 'Inspector', close: 'Close', log: 'Messages',
    typing: 'Typing…', voice: 'Send a voice message', say: 'Message', emoji: 'Emoji', more: 'More', send: 'Send', menu: 'Account menu',
    image: 'Picture', file: 'Choose a file', location: 'Location', link: 'Link', video: 'Video', scan: 'Scan', follow: 'Follow', unfollow: 'Unfollow', notice: 'Notices',
    subscription: 'Subscription', service: 'Service', verified: 'verified', notFollowed: 'not followed', followHint: 'You do not follow this account yet; following brings its welcome.', empty: 'No messages yet. Say something, for instance “菜单”.',
    noAccounts: 'No accounts. Start with wenzheng demo, or add an account first.', pick: 'Select a message to see its signature, its XML and the rule it hit.',
    newCitizen: 'New citizen', switchTo: 'Become', openTab: 'Open in a new tab', who: 'Who are you', cancel: 'Cancel', ok: 'OK',
    place: 'Name of the place', latitude: 'Latitude', longitude: 'Longitude', linkTitle: 'Title', linkDesc: 'Summary', linkURL: 'Address', scene: 'Scene of the code',
    allow: 'Allow', oneTime: 'The account will hear of your choice.', seconds: 's', minigame: 'Mini program', read: 'Read more', template: 'Template message', noticeCard: 'Notice',
    pushed: 'Customer service', transfer: 'Handing you over to a person', event: 'Event', details: 'Details', sending: 'Delivering…',
    outcome: 'Outcome', rule: 'Rule', why: 'Why', keyword: 'Keyword', kind: 'Match', beaten: 'Beaten rules', exact: 'exact', prefix: 'prefix', contains: 'contains', all: 'all words', regexp: 'regular expression', default: 'default', noExplain: 'This simulator was not told about rules.',
    attempts: 'Deliveries', at: 'At', status: 'Status', latency: 'Took', result: 'Outcome', query: 'Signed query', eventKey: 'Event key', xml: 'Body in clear (sent)', sent: 'Request body on the wire',
    received: 'Response body on the wire', reply: 'Reply in clear', again: 'Deliver three times more', againHint: 'As if WeChat had heard no answer: all replies must be the same.', same: 'All replies are the same', different: 'The replies differ!',
    replied: 'replied', silent: 'silent (success)', bad_reply: 'bad reply', timeout: 'timed out', refused: 'refused', reset: 'connection broke', canceled: 'cancelled', wrongStatus: 'wrong status',
    picture: 'Picture', lost: 'Picture not on this machine', play: 'Play voice', opened: 'A person is serving this chat; nothing is delivered to the server', failed: 'Not sent: ', offline: 'Lost the simulator, reconnecting…', times: '',
    none: '(none)', article: 'Article', openLink: 'Open link', share: 'Share', like: 'Like', zaikan: 'Wow', done: 'Noted', map: 'Map',
  },
};

let lang = localStorage.getItem('wenzheng.simulator.lang') === 'en' ? 'en' : 'zh';

export const t = (key) => texts[lang][key] ?? key;
export const language = () => lang;

export function switchLanguage() {
  lang = lang === 'zh' ? 'en' : 'zh';
  localStorage.setItem('wenzheng.simulator.lang', lang);
  apply();
}

// apply puts the texts into everything that carries data-t or data-label.
export function apply(root = document) {
  document.documentElement.lang = lang === 'zh' ? 'zh-CN' : 'en';
  document.title = `${lang === 'zh' ? '问政' : 'Wenzheng'} · ${t('title')}`;
  for (const el of root.querySelectorAll('[data-t]')) el.textContent = t(el.dataset.t);
  for (const el of root.querySelectorAll('[data-label]')) {
    el.setAttribute('aria-label', t(el.dataset.label));
    if (el.tagName === 'BUTTON') el.title = t(el.dataset.label);
  }
  const button = document.getElementById('lang');
  button.textContent = lang === 'zh' ? 'EN' : '中文';
  button.lang = lang === 'zh' ? 'en' : 'zh-CN';
  button.setAttribute('aria-label', lang === 'zh' ? 'EN: switch to English' : '中文：切换为中文');
}
