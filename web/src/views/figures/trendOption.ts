// The trend drawn: minutes on a logarithmic axis, days of rest behind it, what is provisional hatched.
import type { CustomSeriesRenderItemAPI, CustomSeriesRenderItemParams } from 'echarts';
import type { Colours } from './colours';
import type { Option } from './echarts';
import { minutes, type TrendPoint } from './trend';

export interface TrendWords { axis: (minutes: number) => string; day: (day: string) => string; value: (seconds: TrendPoint['seconds']) => string; interval: (point: TrendPoint) => string; count: (n: number) => string; provisional: string; dayKind: (point: TrendPoint) => string }

function band(points: TrendPoint[], which: 'rest' | 'provisional', style: object) {
  return {
    id: which, type: 'custom' as const, silent: true, z: 0, data: points.flatMap((p, i) => (p[which] ? [[i, 1]] : [])),
    tooltip: { show: false },
    renderItem: (params: CustomSeriesRenderItemParams, api: CustomSeriesRenderItemAPI) => {
      const grid = params.coordSys as unknown as { x: number; y: number; width: number; height: number };
      const width = (api.size!([1, 0]) as number[])[0]!;
      const x = (api.coord([api.value(0), 1]) as number[])[0]! - width / 2;
      const left = Math.max(grid.x, x);
      return { type: 'rect' as const, shape: { x: left, y: grid.y, width: Math.min(x + width, grid.x + grid.width) - left, height: grid.height }, style };
    },
  };
}

/** hatch is a pattern for the canvas; see hatch.ts. */
export function trendOption(points: TrendPoint[], colours: Colours, words: TrendWords, hatch: object | string): Option {
  const text = { color: colours['text-2'], fontSize: 12, fontFamily: colours.font };
  return {
    animation: false,
    textStyle: { fontFamily: colours.font },
    grid: { left: 56, right: 12, top: 12, bottom: 28 },
    tooltip: {
      trigger: 'axis', renderMode: 'richText', confine: true, backgroundColor: colours.raised, borderColor: colours['line-2'],
      axisPointer: { type: 'line', lineStyle: { color: colours['line-2'] } },
      textStyle: { color: colours.text, fontSize: 12, fontFamily: colours.font },
      formatter: (raw) => {
        const point = points[(Array.isArray(raw) ? raw.find((r) => r.seriesId === 'median') ?? raw[0] : raw)?.dataIndex ?? -1];
        if (!point) return '';
        const notes = [point.provisional ? words.provisional : '', words.dayKind(point)].filter(Boolean).join(' ');
        return [words.day(point.day), words.value(point.seconds), point.seconds !== null && point.low !== null ? words.interval(point) : '', words.count(point.n), notes].filter(Boolean).join('\n');
      },
    },
    xAxis: {
      type: 'category', data: points.map((p) => p.day), boundaryGap: true, axisTick: { show: false },
      axisLine: { lineStyle: { color: colours['line-2'] } }, axisLabel: { ...text, hideOverlap: true, formatter: (day: string) => words.day(day) },
    },
    yAxis: {
      type: 'log', min: 1, max: 2880, axisLine: { show: false }, axisTick: { show: false, customValues: [1, 10, 60, 480, 2880] },
      splitLine: { lineStyle: { color: colours.line } },
      axisLabel: { ...text, customValues: [1, 10, 60, 480, 2880], formatter: (value: number) => words.axis(value) },
    },
    series: [
      band(points, 'rest', { fill: colours.sunken }),
      band(points, 'provisional', { fill: hatch }),
      {
        id: 'interval', type: 'custom', silent: true, z: 2, data: points.flatMap((p, i) => (p.seconds === null || p.low === null || p.high === null ? [] : [[i, minutes(p.low)!, minutes(p.high)!]])),
        tooltip: { show: false }, encode: { x: 0, y: [1, 2] },
        renderItem: (_params: CustomSeriesRenderItemParams, api: CustomSeriesRenderItemAPI) => {
          const [x, bottom] = api.coord([api.value(0), api.value(1)]) as [number, number];
          const top = (api.coord([api.value(0), api.value(2)]) as [number, number])[1];
          return { type: 'rect' as const, shape: { x: x - 3, y: top, width: 6, height: Math.max(2, bottom - top) }, style: { fill: colours.human, opacity: 0.22 } };
        },
      },
      {
        id: 'median', type: 'line', cursor: 'pointer', symbol: 'circle', symbolSize: 5, connectNulls: false, z: 3, triggerLineEvent: false,
        lineStyle: { color: colours.human, width: 2 }, itemStyle: { color: colours.human }, emphasis: { disabled: true },
        data: points.map((p) => ({
          value: minutes(p.seconds),
          ...(p.seconds === 'unanswered' ? { symbol: 'triangle', symbolSize: 9, itemStyle: { color: colours.breach } } : {}),
        })),
      },
    ],
  };
}
