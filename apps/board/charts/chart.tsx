import { useEffect, useRef } from 'preact/hooks';
import { say, theme } from '../shell/settings.ts';
import { chartColors } from '../shell/theme.ts';
import { type ChartOption, openChart } from './echarts.ts';

/** The part of an axis that is shown, in hundredths. */
export interface Zoom {
  readonly start: number;
  readonly end: number;
}

interface ChartProps {
  readonly option: ChartOption;
  /** What the chart shows, for those who do not see it. */
  readonly label: string;
  readonly height: number;
  /** Hears of zooming; without it there is none. */
  readonly onZoom?: (zoom: Zoom) => void;
  /** What is to be shown; set from outside to go back. */
  readonly zoom?: Zoom;
  readonly onPick?: (index: number) => void;
}

/** How far one key press zooms or moves. */
const ZOOM_STEP = 0.25;

/** A chart that follows its option, its size and the theme. */
export function Chart({ option, label, height, onZoom, zoom, onPick }: ChartProps) {
  const place = useRef<HTMLDivElement>(null);
  const chart = useRef<ReturnType<typeof openChart> | null>(null);
  const listeners = useRef({ onZoom, onPick });
  listeners.current = { onZoom, onPick };
  useEffect(() => {
    const element = place.current as HTMLDivElement;
    const opened = openChart(element);
    chart.current = opened;
    opened.on('datazoom', () => {
      const [first] = (opened.getOption() as { dataZoom: Zoom[] }).dataZoom;
      listeners.current.onZoom?.({ start: first.start, end: first.end });
    });
    opened.on('click', ({ dataIndex }: { dataIndex?: number }) => {
      if (dataIndex !== undefined) listeners.current.onPick?.(dataIndex);
    });
    const observer = new ResizeObserver(() => opened.resize());
    observer.observe(element);
    return () => {
      observer.disconnect();
      opened.dispose();
    };
  }, []);
  const name = theme.value;
  useEffect(() => {
    chart.current?.setOption(withLook(option), { notMerge: true });
  }, [option, name]);
  const onKeyDown = (event: KeyboardEvent): void => {
    const next = zoom && onZoom ? zoomByKey(zoom, event.key) : null;
    if (!next) return;
    event.preventDefault();
    chart.current?.dispatchAction({ type: 'dataZoom', ...next });
  };
  return (
    <div
      ref={place}
      class="chart"
      style={{ height: `${height}px` }}
      role="img"
      tabIndex={onZoom ? 0 : undefined}
      aria-label={onZoom ? `${label}. ${say('chartKeys')}` : label}
      onKeyDown={onKeyDown}
    />
  );
}

function zoomByKey({ start, end }: Zoom, key: string): Zoom | null {
  const width = end - start;
  const within = (a: number, b: number): Zoom => {
    const size = Math.min(100, b - a);
    const left = Math.min(100 - size, Math.max(0, a));
    return { start: left, end: left + size };
  };
  const by = width * ZOOM_STEP;
  if (key === '+' || key === '=') return within(start + by, end - by);
  if (key === '-') return within(start - by, end + by);
  if (key === 'ArrowLeft') return within(start - by, end - by);
  if (key === 'ArrowRight') return within(start + by, end + by);
  return key === '0' ? { start: 0, end: 100 } : null;
}

/** What all charts have in common. Tooltips are drawn, since the page's policy allows no styles in texts. */
export function withLook(option: ChartOption): ChartOption {
  const { text, faint, surface } = chartColors();
  const axis = (given: unknown): unknown =>
    given === undefined
      ? undefined
      : [given].flat().map((one) => ({
          axisLine: { lineStyle: { color: faint } },
          axisTick: { lineStyle: { color: faint } },
          splitLine: { lineStyle: { color: faint } },
          nameTextStyle: { color: text },
          ...(one as object),
          axisLabel: {
            color: text,
            hideOverlap: true,
            ...(one as { axisLabel?: object }).axisLabel,
          },
        }));
  return {
    animation: false,
    backgroundColor: surface,
    textStyle: { fontFamily: 'system-ui, sans-serif' },
    ...option,
    ...(option.xAxis ? { xAxis: axis(option.xAxis) } : {}),
    ...(option.yAxis ? { yAxis: axis(option.yAxis) } : {}),
    tooltip: {
      renderMode: 'richText',
      confine: true,
      backgroundColor: surface,
      borderColor: faint,
      textStyle: { color: text, fontSize: 12 },
      ...(option.tooltip as object | undefined),
    },
  };
}
