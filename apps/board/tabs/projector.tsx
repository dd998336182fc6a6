import { dataAddress, type Packet } from 'gradus/board/series';
import { useEffect, useState } from 'preact/hooks';
import { Chart } from '../charts/chart.tsx';
import { useFresh } from '../charts/use-fresh.ts';
import type { ProjectAnswer, ProjectRequest } from '../projector/messages.ts';
import ProjectWorker from '../projector/project.worker.ts?worker&inline';
import { fetchPacket } from '../shell/data.ts';
import { shownTags } from '../shell/selection.ts';
import { say } from '../shell/settings.ts';
import { palette, seriesColor } from '../shell/theme.ts';
import { Nothing } from './nothing.tsx';

interface EmbeddingInfo {
  readonly rows: number;
  readonly columns: number;
  readonly header: readonly string[];
  readonly labels: readonly (readonly string[])[];
  readonly total: number;
}

/** More groups than this are not told apart by colour. */
const MOST_GROUPS = 14;
const signs = { circle: '●', triangle: '▲', rect: '■', diamond: '◆' } as const;
const symbols = Object.keys(signs) as (keyof typeof signs)[];

/** Another sign for each round through the colours. */
const symbolAt = (i: number) => symbols[Math.floor(i / palette().length) % symbols.length];

/** Points of many dimensions in the plane. */
export function Projector() {
  const found = shownTags('embedding');
  const [chosen, setChosen] = useState('');
  const [method, setMethod] = useState<ProjectRequest['method']>('pca');
  const [neighbours, setNeighbours] = useState(15);
  const [column, setColumn] = useState(0);
  const keys = found.map(({ run, tag }) => `${run} · ${tag}`);
  const at = Math.max(0, keys.indexOf(chosen));
  const entry = found[at];
  const address = entry ? dataAddress('embedding', { ...entry }) : '';
  const packet = useFresh(
    address,
    entry ? [entry.run] : [],
    () => fetchPacket<EmbeddingInfo>(address),
    entry !== undefined,
  );
  const answer = useProjection(packet ?? null, method, neighbours);
  if (!entry) return <Nothing />;
  const info = packet?.json;
  return (
    <article class="card large" aria-busy={!answer || answer.progress < 1} data-method={method}>
      <div class="bar">
        <label>
          {say('embedding')}
          <select value={keys[at]} onChange={(event) => setChosen(event.currentTarget.value)}>
            {keys.map((key) => (
              <option key={key}>{key}</option>
            ))}
          </select>
        </label>
        <label>
          {say('method')}
          <select
            value={method}
            onChange={(event) => setMethod(event.currentTarget.value as typeof method)}
          >
            <option value="pca">PCA</option>
            <option value="umap">UMAP</option>
          </select>
        </label>
        {method === 'umap' && (
          <label>
            {say('neighbours')}
            <input
              type="number"
              min="2"
              max="100"
              value={neighbours}
              onChange={(event) => setNeighbours(Number(event.currentTarget.value) || 15)}
            />
          </label>
        )}
        {info && info.header.length > 1 && (
          <label>
            {say('colourBy')}
            <select
              value={column}
              onChange={(event) => setColumn(Number(event.currentTarget.value))}
            >
              {info.header.map((name, i) => (
                <option key={name} value={i}>
                  {name}
                </option>
              ))}
            </select>
          </label>
        )}
        <output class="faint">
          {answer && answer.progress < 1
            ? `${say('computing')} ${Math.round(100 * answer.progress)} %`
            : answer?.shares
              ? `${answer.shares.map((share) => `${(100 * share).toFixed(1)} %`).join(' + ')} ${say('explained')}`
              : ''}
        </output>
      </div>
      {packet === null && <p class="nothing">{say('failed')}</p>}
      {info && answer && (
        <>
          <Points info={info} answer={answer} column={column} name={keys[at]} />
          {info.total > info.rows && (
            <p class="faint">
              {info.rows} {say('of')} {info.total} {say('pointsShown')}
            </p>
          )}
        </>
      )}
    </article>
  );
}

function useProjection(
  packet: Packet<EmbeddingInfo> | null,
  method: ProjectRequest['method'],
  neighbours: number,
): ProjectAnswer | null {
  const [answer, setAnswer] = useState<ProjectAnswer | null>(null);
  useEffect(() => {
    if (!packet) return;
    setAnswer(null);
    const worker = new ProjectWorker();
    worker.onmessage = ({ data }: MessageEvent<ProjectAnswer>) => setAnswer(data);
    const { rows, columns } = packet.json;
    const request: ProjectRequest = { method, values: packet.arrays[0], rows, columns, neighbours };
    worker.postMessage(request);
    return () => worker.terminate();
  }, [packet, method, neighbours]);
  return answer;
}

interface PointsProps {
  readonly info: EmbeddingInfo;
  readonly answer: ProjectAnswer;
  readonly column: number;
  readonly name: string;
}

function Points({ info, answer, column, name }: PointsProps) {
  const labelOf = (row: number): string => info.labels[row]?.[column] ?? '';
  const groups = [...new Set(info.labels.map((label) => label[column] ?? ''))].sort((a, b) =>
    a.localeCompare(b, 'en', { numeric: true }),
  );
  const grouped = groups.length > 0 && groups.length <= MOST_GROUPS ? groups : [''];
  const isGroup = (row: number, group: string): boolean =>
    grouped.length === 1 || labelOf(row) === group;
  const rows = Array.from({ length: info.rows }, (_, row) => row);
  const option = {
    grid: { left: 12, right: 20, top: 16, bottom: 16, containLabel: true },
    xAxis: { type: 'value', scale: true, splitLine: { show: false } },
    yAxis: { type: 'value', scale: true, splitLine: { show: false } },
    dataZoom: [
      { type: 'inside', xAxisIndex: 0, filterMode: 'none' },
      { type: 'inside', yAxisIndex: 0, filterMode: 'none' },
    ],
    tooltip: {
      trigger: 'item',
      formatter: ({ value }: { value: number[] }) =>
        info.header
          .map((title, i) => `${title}: ${info.labels[value[2]]?.[i] ?? value[2]}`)
          .join('\n'),
    },
    series: grouped.map((group, i) => ({
      type: 'scatter',
      name: group,
      symbol: symbolAt(i),
      symbolSize: 7,
      itemStyle: { color: seriesColor(i), opacity: 0.8 },
      data: rows
        .filter((row) => isGroup(row, group))
        .map((row) => [answer.points[2 * row], answer.points[2 * row + 1], row]),
    })),
  };
  return (
    <>
      <Chart option={option} label={`${name}: ${info.rows} ${say('points')}`} height={520} />
      {grouped.length > 1 && (
        <ul class="legend">
          {grouped.map((group, i) => (
            <li key={group}>
              <span style={{ color: seriesColor(i) }}>{signs[symbolAt(i)]}</span> {group}
            </li>
          ))}
        </ul>
      )}
    </>
  );
}
