export default {
  search: {
    field: '搜索往来', hint: '搜索往来（/）', short: '至少 2 个字',
    failed: '没有搜到底', none: '没有找到“{text}”', found: '{n} 条', to: '已查到 {at}', older: '继续往前找', all: '更早的都找过了', clear: '清除搜索',
    passage: '{who} 的往来', read_only: '没有人接待过，只能看', gone: '这段往来已不在了', asked: '搜到的这条', latest: '看最新的',
  },
  media: {
    image: '看图片', voice: '下载语音', video: '看视频', alt: '市民发来的图片', voice_file: '语音.amr', unreadable: '浏览器显示不了',
    over_image: '图片已过 3 天，微信不再保存', over_voice: '语音已过 3 天，微信不再保存', over_video: '视频已过 3 天，微信不再保存',
  },
};
