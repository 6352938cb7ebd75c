// The distribution drawn: a value axis, so that limits can stand between two columns.
import type { Column } from './bins';
import { edge } from './bins';
import type { Colours } from './colours';
import type { Option } from './echarts';
import { number } from '@/ui/format';

export interface DistributionWords { waits: string; cumulative: string; limit: (seconds: number) => string }

export function distributionOption(list: Column[], limits: number[], colours: Colours, words: DistributionWords, narrow: boolean): Option {
  const text = { color: colours['text-2'], fontSize: 12, fontFamily: colours.font };
  const axis = { axisLine: { show: false }, axisTick: { show: false }, axisLabel: text };
  const marks = limits.map((seconds) => ({ seconds, at: edge(list, seconds) })).filter((m): m is { seconds: number; at: number } => m.at !== undefined);
  const answered = list.filter((c) => !c.unanswered);
  return {
    animation: false,
    textStyle: { fontFamily: colours.font },
    grid: { left: narrow ? 34 : 40, right: narrow ? 42 : 56, top: 28, bottom: 28 },
    tooltip: {
      trigger: 'item', renderMode: 'richText', confine: true, backgroundColor: colours.raised, borderColor: colours['line-2'],
      textStyle: { color: colours.text, fontSize: 12, fontFamily: colours.font },
      formatter: (raw) => {
        const column = list[(Array.isArray(raw) ? raw[0] : raw)?.dataIndex ?? -1];
        return column ? `${column.label}\n${words.waits} ${number(column.n)}\n${words.cumulative} ${number(column.cumulative, 1)} %` : '';
      },
    },
    xAxis: {
      type: 'value', min: 0, max: list.length, splitLine: { show: false }, ...axis,
      axisLine: { show: true, lineStyle: { color: colours['line-2'] } },
      axisLabel: {
        ...text, hideOverlap: true, customValues: list.filter((c) => !narrow || (list.length - 1 - c.index) % 2 === 0).map((c) => c.index + 0.5),
        formatter: (value: number) => list[Math.floor(value)]?.label ?? '',
      },
    },
    yAxis: [
      { type: 'value', min: 0, minInterval: 1, splitNumber: 4, splitLine: { lineStyle: { color: colours.line } }, ...axis },
      { type: 'value', min: 0, max: 100, interval: 25, splitLine: { show: false }, ...axis, axisLabel: { ...text, formatter: '{value} %' } },
    ],
    series: [
      {
        id: 'waits', type: 'bar', barWidth: narrow ? 20 : 36, cursor: 'pointer',
        data: list.map((c) => ({
          value: [c.index + 0.5, c.n],
          itemStyle: c.unanswered
            ? { color: colours.breach, decal: { symbol: 'rect', dashArrayX: [1, 0], dashArrayY: [2, 4], rotation: -Math.PI / 4, color: colours.bg } }
            : { color: colours.human },
        })),
        label: { show: true, position: 'top', color: colours.text, fontSize: 12, fontFamily: colours.font, formatter: (p) => (list[p.dataIndex]?.n ? number(list[p.dataIndex]!.n) : '') },
        emphasis: { disabled: true },
        markLine: {
          silent: true, symbol: 'none', animation: false,
          lineStyle: { color: colours.text, type: [2, 3], width: 1 },
          label: { ...text, formatter: (p) => words.limit(Number(p.name)) },
          data: marks.map((m) => ({ xAxis: m.at, name: String(m.seconds) })),
        },
      },
      {
        id: 'cumulative', type: 'line', yAxisIndex: 1, silent: true, symbol: 'circle', symbolSize: 4, z: 3,
        lineStyle: { color: colours['text-2'], width: 1.5 }, itemStyle: { color: colours['text-2'] },
        data: answered.map((c) => [c.index + 1, c.cumulative]),
      },
    ],
  };
}
