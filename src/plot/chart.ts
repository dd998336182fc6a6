import type { EChartsCoreOption } from 'echarts/core';
import type { Canvas, Panel } from './figure.ts';
import { fontStack } from './theme.ts';

/** What a chart shows; colours, fonts and margins come from the theme. */
export interface ChartOptions {
  readonly title?: string;
  readonly xLabel?: string;
  readonly yLabel?: string;
  readonly xScale?: Scale;
  readonly yScale?: Scale;
  /** Whether names of several series are shown; by default where there are several. */
  readonly legend?: boolean;
}

/** How an axis is divided. */
export type Scale = 'linear' | 'log';

/** A chart drawn by ECharts: axes by their kind and series as ECharts has them. */
export interface Chart extends ChartOptions {
  readonly names: readonly string[];
  readonly xAxis?: object;
  readonly yAxis?: object;
  series(canvas: Canvas): readonly object[];
}

let echarts: Promise<typeof import('echarts/core')> | null = null;

/** The parts of ECharts that plots use. */
async function loadECharts(): Promise<typeof import('echarts/core')> {
  const [core, charts, components, renderers] = await Promise.all([
    import('echarts/core'),
    import('echarts/charts'),
    import('echarts/components'),
    import('echarts/renderers'),
  ]);
  core.use([
    ...[charts.LineChart, charts.ScatterChart, charts.BarChart],
    ...[components.GridComponent, components.LegendComponent, components.TitleComponent],
    renderers.SVGRenderer,
  ]);
  return core;
}

const axisType = (scale: Scale | undefined): string => (scale === 'log' ? 'log' : 'value');

/** A panel that shows a chart. */
export const chartPanel = (
  chart: (canvas: Canvas) => Chart,
  { width = 640, height = 400 } = {},
): Panel => ({
  width,
  height,
  draw: async (canvas) => {
    echarts ??= loadECharts();
    const { init } = await echarts;
    const size = { width: canvas.width, height: canvas.height };
    const instance = init(null, null, { renderer: 'svg', ssr: true, ...size });
    try {
      instance.setOption(optionOf(chart(canvas), canvas));
      return withoutCounters(instance.renderToSVGString(), canvas.index);
    } finally {
      instance.dispose();
    }
  },
});

/** ECharts counts its charts and styles within a process; here they are counted within the panel. */
function withoutCounters(svg: string, index: number): string {
  const numbers = new Map<string, number>();
  return svg.replaceAll(/\bzr\d+-(\w+?)-?(\d+)\b/g, (_, kind: string, number: string) => {
    const key = `${kind}${number}`;
    if (!numbers.has(key)) numbers.set(key, numbers.size);
    return `panel${index}-${kind}-${numbers.get(key)}`;
  });
}

function optionOf(chart: Chart, canvas: Canvas): EChartsCoreOption {
  const { theme } = canvas;
  const { legend = chart.names.length > 1 } = chart;
  const text = { color: theme.text, fontFamily: fontStack };
  const label = { color: theme.faint, fontFamily: fontStack, fontSize: 11 };
  const axis = {
    axisLabel: { ...label, hideOverlap: true },
    nameTextStyle: { ...text, fontSize: 12 },
    nameLocation: 'middle',
    axisLine: { show: true, onZero: false, lineStyle: { color: theme.faint } },
    splitLine: { lineStyle: { color: theme.grid } },
    minorSplitLine: { show: false },
  };
  const top = (chart.title ? 30 : 10) + (legend ? 26 : 0);
  return {
    animation: false,
    color: [...theme.series],
    textStyle: text,
    title: chart.title
      ? { text: chart.title, left: 'center', top: 4, textStyle: { ...text, fontSize: 14 } }
      : undefined,
    legend: legend
      ? {
          top: chart.title ? 28 : 4,
          data: [...chart.names],
          textStyle: text,
          itemWidth: 18,
          itemHeight: 10,
        }
      : undefined,
    grid: {
      left: chart.yLabel ? 68 : 50,
      right: 20,
      top: top + 6,
      bottom: chart.xLabel ? 50 : 30,
    },
    xAxis: {
      type: axisType(chart.xScale),
      name: chart.xLabel,
      nameGap: 28,
      ...axis,
      ...chart.xAxis,
    },
    yAxis: {
      type: axisType(chart.yScale),
      name: chart.yLabel,
      nameGap: 46,
      scale: true,
      ...axis,
      ...chart.yAxis,
    },
    series: chart.series(canvas),
  };
}
