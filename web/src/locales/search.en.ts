export default {
  search: {
    field: 'Search messages', hint: 'Search messages (/)', short: 'At least 2 characters',
    failed: 'The search did not end', none: 'Nothing holds “{text}”', found: '{n} messages', to: 'Searched back to {at}', older: 'Search further back', all: 'Nothing older is left', clear: 'Clear the search',
    passage: 'Messages of {who}', read_only: 'Nobody had this conversation: to be read only', gone: 'These messages are gone', asked: 'found', latest: 'See the latest',
  },
  media: {
    image: 'See the picture', voice: 'Download the voice', video: 'See the video', alt: 'Picture from the citizen', voice_file: 'voice.amr', unreadable: 'The browser can not show it',
    over_image: 'Picture older than 3 days: WeChat keeps it no longer', over_voice: 'Voice older than 3 days: WeChat keeps it no longer', over_video: 'Video older than 3 days: WeChat keeps it no longer',
  },
};
