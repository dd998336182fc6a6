import { dataAddress, type Packet, STATIC_POINTS, smooth } from 'gradus/board/series';
import { useState } from 'preact/hooks';
import { Chart, withLook, type Zoom } from '../charts/chart.tsx';
import { type ChartOption, chartSvg } from '../charts/echarts.ts';
import { useFresh } from '../charts/use-fresh.ts';
import { useVisible } from '../charts/use-visible.ts';
import { fetchPacket, isExported } from '../shell/data.ts';
import { durationText, momentText, shortNumber } from '../shell/format.ts';
import { fileName, saveFile } from '../shell/save.ts';
import { colorOf, placeOf } from '../shell/selection.ts';
import { axis, logAxis, say, smoothing } from '../shell/settings.ts';
import { seriesDash } from '../shell/theme.ts';

type ScalarPacket = Packet<readonly { run: string; total: number; begin: number }[]>;

/** A run's curve as it is drawn. */
interface Curve {
  readonly run: string;
  readonly total: number;
  readonly steps: Float64Array;
  readonly x: Float64Array;
  readonly raw: Float64Array;
  readonly smoothed: Float64Array;
}

const whole: Zoom = { start: 0, end: 100 };
/** Points of a curve for one chart: more than its columns of pixels show nothing more. */
const POINTS = 1000;

function curvesOf({ json, arrays }: ScalarPacket, runs: readonly string[]): Curve[] {
  return json.flatMap(({ run, total, begin }, i) => {
    if (!runs.includes(run)) return [];
    const [steps, wall, raw, fromServer] = arrays.slice(4 * i, 4 * i + 4);
    const x =
      axis.value === 'step'
        ? steps
        : axis.value === 'wall'
          ? wall.map((time) => 1000 * time)
          : wall.map((time) => time - begin);
    const smoothed = isExported && smoothing.value > 0 ? smooth(raw, smoothing.value) : fromServer;
    return [{ run, total, steps, x, raw, smoothed }];
  });
}

const pairs = (x: Float64Array, y: Float64Array): number[][] =>
  Array.from(x, (value, i) => [value, y[i]]);

function optionOf(
  curves: readonly Curve[],
  extent: readonly [number, number],
  zoom: Zoom,
): ChartOption {
  const smoothing0 = smoothing.value > 0;
  const series = curves.flatMap(({ run, x, raw, smoothed }) => {
    const line = { color: colorOf(run), type: seriesDash(placeOf(run)) };
    const common = { type: 'line', showSymbol: x.length === 1, symbolSize: 6, name: run };
    const main = {
      ...common,
      data: pairs(x, smoothing0 ? smoothed : raw),
      itemStyle: { color: line.color },
      lineStyle: { ...line, width: 1.6 },
      emphasis: { disabled: true },
    };
    if (!smoothing0) return [main];
    const pale = {
      ...common,
      name: `${run} `,
      data: pairs(x, raw),
      silent: true,
      tooltip: { show: false },
      itemStyle: { color: line.color, opacity: 0.25 },
      lineStyle: { color: line.color, width: 1, opacity: 0.25 },
      emphasis: { disabled: true },
    };
    return [pale, main];
  });
  const label =
    axis.value === 'relative' ? { formatter: (value: number) => durationText(value) } : {};
  return {
    grid: { left: 8, right: 16, top: 12, bottom: 4, containLabel: true },
    xAxis: {
      type: axis.value === 'wall' ? 'time' : 'value',
      min: extent[0],
      max: extent[1],
      minInterval: axis.value === 'step' ? 1 : undefined,
      splitLine: { show: false },
      axisLabel: label,
    },
    yAxis: {
      type: logAxis.value ? 'log' : 'value',
      scale: true,
      axisLabel: { formatter: shortNumber },
    },
    dataZoom: [
      {
        type: 'inside',
        filterMode: 'none',
        zoomOnMouseWheel: 'ctrl',
        moveOnMouseMove: true,
        ...zoom,
      },
    ],
    tooltip: {
      trigger: 'axis',
      axisPointer: { type: 'line', animation: false },
      formatter: (points: unknown) => tooltipText(points as TooltipPoint[], curves),
    },
    series,
  };
}

interface TooltipPoint {
  readonly seriesName: string;
  readonly dataIndex: number;
}

/** Longer lists of runs hide the chart. */
const TOOLTIP_RUNS = 12;

function tooltipText(points: readonly TooltipPoint[], curves: readonly Curve[]): string {
  const lines = points.flatMap(({ seriesName, dataIndex }) => {
    const curve = curves.find(({ run }) => run === seriesName);
    if (!curve) return [];
    const value = shortNumber(curve.raw[dataIndex]);
    const smooth = smoothing.value > 0 ? ` (${shortNumber(curve.smoothed[dataIndex])})` : '';
    return [`${seriesName}  ${value}${smooth}  @ ${curve.steps[dataIndex]}`];
  });
  const more = lines.length > TOOLTIP_RUNS ? ['…'] : [];
  return [...lines.slice(0, TOOLTIP_RUNS), ...more].join('\n');
}

const positionText = (value: number): string =>
  axis.value === 'step'
    ? String(value)
    : axis.value === 'wall'
      ? momentText(value / 1000)
      : durationText(value);

/** A tag's curves of all runs that are shown. */
export function ScalarCard({
  tag,
  runs,
}: {
  readonly tag: string;
  readonly runs: readonly string[];
}) {
  const [ref, visible] = useVisible<HTMLElement>();
  const [zoom, setZoom] = useState(whole);
  const [large, setLarge] = useState(false);
  const base = {
    axis: axis.value,
    points: POINTS,
    smoothing: smoothing.value,
    run: runs,
    tag,
  };
  const address = isExported
    ? dataAddress('scalars', { tag, points: STATIC_POINTS })
    : dataAddress('scalars', base);
  const loadAll = (): Promise<ScalarPacket | null> => fetchPacket(address);
  const packet = useFresh(address, runs, loadAll, visible);
  const curves = packet ? curvesOf(packet, runs) : [];
  const ends = curves.flatMap(({ x }) => [x[0], x[x.length - 1]]).filter(Number.isFinite);
  const extent = [Math.min(...ends), Math.max(...ends)] as const;
  // Of the part that is zoomed into, all points are asked for anew.
  const isZoomed = zoom.start > 0 || zoom.end < 100;
  const [from, to] = [zoom.start, zoom.end].map(
    (share) =>
      (extent[0] + (share / 100) * (extent[1] - extent[0])) / (axis.value === 'wall' ? 1000 : 1),
  );
  const detailAddress = dataAddress('scalars', { ...base, from, to });
  const detail = useFresh(
    isZoomed ? detailAddress : '',
    runs,
    (): Promise<ScalarPacket | null> => fetchPacket(detailAddress),
    visible && isZoomed && !isExported && ends.length > 0,
  );
  const shown = isZoomed && detail ? curvesOf(detail, runs) : curves;
  const height = large ? 480 : 240;
  const option = optionOf(shown.length ? shown : curves, extent, zoom);
  const last = curves.map(({ run, raw, smoothed, steps, x, total }) => {
    const end = raw.length - 1;
    return { run, value: raw[end], smoothed: smoothed[end], step: steps[end], x: x[end], total };
  });
  const label = `${tag}: ${last.map(({ run, value, step }) => `${run} ${shortNumber(value)} @ ${step}`).join('; ')}`;
  const save = (kind: 'svg' | 'png'): void => {
    const svg = chartSvg(withLook(option), 800, 480);
    if (kind === 'svg') saveFile(fileName(tag, 'svg'), svg, 'image/svg+xml');
    else void savePng(tag, svg);
  };
  return (
    <article ref={ref} class={large ? 'card large' : 'card'} data-tag={tag}>
      <header>
        <h3>{tag}</h3>
        <div class="tools">
          {isZoomed && (
            <button type="button" onClick={() => setZoom(whole)}>
              {say('resetZoom')}
            </button>
          )}
          <button type="button" onClick={() => setLarge(!large)}>
            {say(large ? 'shrink' : 'enlarge')}
          </button>
          <button type="button" onClick={() => void saveCsv(tag, runs, curves)}>
            CSV
          </button>
          <button type="button" onClick={() => save('svg')}>
            SVG
          </button>
          <button type="button" onClick={() => save('png')}>
            PNG
          </button>
        </div>
      </header>
      {curves.length > 0 ? (
        <Chart option={option} label={label} height={height} zoom={zoom} onZoom={setZoom} />
      ) : (
        <div class="chart waiting" style={{ height: `${height}px` }} />
      )}
      <details>
        <summary>{say('showTable')}</summary>
        <table>
          <thead>
            <tr>
              <th>{say('run')}</th>
              <th>{say('value')}</th>
              <th>{say('smoothed')}</th>
              <th>{say(axis.value)}</th>
              <th>{say('points')}</th>
            </tr>
          </thead>
          <tbody>
            {last.map(({ run, value, smoothed, x, total }) => (
              <tr key={run}>
                <th>{run}</th>
                <td>{shortNumber(value)}</td>
                <td>{shortNumber(smoothed)}</td>
                <td>{positionText(x)}</td>
                <td>{total}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </details>
    </article>
  );
}

/** All points from the server; an exported page has those that it shows. */
async function saveCsv(
  tag: string,
  runs: readonly string[],
  curves: readonly Curve[],
): Promise<void> {
  if (!isExported) {
    const response = await fetch(`./${dataAddress('csv', { tag, run: runs })}`);
    saveFile(fileName(tag, 'csv'), await response.blob());
    return;
  }
  const lines = curves.flatMap(({ run, steps, raw }) =>
    Array.from(steps, (step, i) => `${JSON.stringify(run)},${step},${raw[i]}`),
  );
  saveFile(fileName(tag, 'csv'), ['run,step,value', ...lines].join('\r\n'), 'text/csv');
}

/** Draws the SVG at twice its size. */
async function savePng(tag: string, svg: string): Promise<void> {
  const picture = new Image();
  picture.src = URL.createObjectURL(new Blob([svg], { type: 'image/svg+xml' }));
  await picture.decode();
  const canvas = document.createElement('canvas');
  canvas.width = 1600;
  canvas.height = 960;
  canvas.getContext('2d')?.drawImage(picture, 0, 0, 1600, 960);
  URL.revokeObjectURL(picture.src);
  canvas.toBlob((blob) => blob && saveFile(fileName(tag, 'png'), blob));
}
