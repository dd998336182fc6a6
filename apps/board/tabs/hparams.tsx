import { signal } from '@preact/signals';
import { dataAddress, type HparamRun } from 'gradus/board/series';
import { useState } from 'preact/hooks';
import { Chart } from '../charts/chart.tsx';
import { useFresh } from '../charts/use-fresh.ts';
import { fetchJson } from '../shell/data.ts';
import { shortNumber } from '../shell/format.ts';
import { colorOf, shownRuns } from '../shell/selection.ts';
import { say } from '../shell/settings.ts';
import { palette } from '../shell/theme.ts';
import { Nothing } from './nothing.tsx';

type Value = HparamRun['hparams'][string];

/** A column of the table and an axis of the chart. */
interface Column {
  readonly name: string;
  readonly isMetric: boolean;
  readonly valueOf: (session: HparamRun) => Value | undefined;
}

interface Order {
  readonly name: string;
  readonly down: boolean;
}
const order = signal<Order>({ name: '', down: true });

function columnsOf(sessions: readonly HparamRun[]): Column[] {
  const names = (pick: (session: HparamRun) => object): string[] => [
    ...new Set(sessions.flatMap((session) => Object.keys(pick(session)))),
  ];
  return [
    ...names(({ hparams }) => hparams).map((name) => ({
      name,
      isMetric: false,
      valueOf: (session: HparamRun) => session.hparams[name],
    })),
    ...names(({ metrics }) => metrics).map((name) => ({
      name,
      isMetric: true,
      valueOf: (session: HparamRun) => session.metrics[name],
    })),
  ];
}

function compare(a: Value | undefined, b: Value | undefined): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  if (a === undefined || b === undefined) return a === b ? 0 : a === undefined ? 1 : -1;
  return String(a).localeCompare(String(b), 'en', { numeric: true });
}

/** Runs by what was chosen for them and what came of it. */
export function Hparams() {
  const runs = shownRuns.value.map(({ name }) => name);
  const answer = useFresh(dataAddress('hparams'), runs, () =>
    fetchJson<{ sessions: readonly HparamRun[] }>(dataAddress('hparams')),
  );
  const sessions = (answer?.sessions ?? []).filter(({ run }) => runs.includes(run));
  if (answer !== undefined && sessions.length === 0) return <Nothing />;
  const columns = columnsOf(sessions);
  const { name, down } = order.value;
  const chosen = columns.find((column) => column.name === name);
  const sorted = chosen
    ? sessions.toSorted((a, b) => (down ? -1 : 1) * compare(chosen.valueOf(a), chosen.valueOf(b)))
    : sessions;
  return (
    <>
      <Parallel sessions={sorted} columns={columns} />
      <article class="card large">
        <table class="wide">
          <thead>
            <tr>
              <th>{say('run')}</th>
              {columns.map((column) => (
                <th
                  key={column.name}
                  aria-sort={column.name === name ? (down ? 'descending' : 'ascending') : 'none'}
                >
                  <button
                    type="button"
                    onClick={() => {
                      order.value = {
                        name: column.name,
                        down: column.name === name ? !down : true,
                      };
                    }}
                  >
                    {column.name} {column.name === name ? (down ? '▼' : '▲') : ''}
                  </button>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {sorted.map((session) => (
              <tr key={session.run}>
                <th>
                  <span class="chip" style={{ background: colorOf(session.run) }} /> {session.run}
                </th>
                {columns.map((column) => (
                  <td key={column.name}>{shown(column.valueOf(session))}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </article>
    </>
  );
}

const shown = (value: Value | undefined): string =>
  value === undefined ? '–' : typeof value === 'number' ? shortNumber(value) : String(value);

function Parallel({
  sessions,
  columns,
}: {
  readonly sessions: readonly HparamRun[];
  readonly columns: readonly Column[];
}) {
  const metrics = columns.filter(({ isMetric }) => isMetric);
  const [wanted, setWanted] = useState('');
  if (sessions.length === 0 || columns.length < 2) return null;
  const by = columns.find(({ name }) => name === wanted) ?? metrics[0] ?? columns[0];
  const numbers = sessions
    .map((session) => by.valueOf(session))
    .filter((x) => typeof x === 'number');
  const colors = palette();
  const option = {
    parallel: { left: 40, right: 60, top: 48, bottom: 24 },
    parallelAxis: columns.map((column, dim) => {
      const values = sessions.map(column.valueOf);
      const isNumber = values.every((value) => typeof value === 'number' || value === undefined);
      return isNumber
        ? { dim, name: column.name, type: 'value', scale: true }
        : {
            dim,
            name: column.name,
            type: 'category',
            data: [...new Set(values.map(shown))].sort(),
          };
    }),
    visualMap: numbers.length
      ? {
          show: false,
          dimension: columns.indexOf(by),
          min: Math.min(...numbers),
          max: Math.max(...numbers),
          inRange: { color: [colors[0], colors[1]] },
        }
      : undefined,
    tooltip: { show: true },
    series: [
      {
        type: 'parallel',
        lineStyle: { width: 2, opacity: 0.8 },
        data: sessions.map((session) => ({
          name: session.run,
          value: columns.map((column) => {
            const value = column.valueOf(session);
            return typeof value === 'number' ? value : shown(value);
          }),
        })),
      },
    ],
  };
  return (
    <article class="card large">
      <header>
        <h3>{say('parallel')}</h3>
        <label>
          {say('colourBy')}{' '}
          <select value={by.name} onChange={(event) => setWanted(event.currentTarget.value)}>
            {columns.map(({ name }) => (
              <option key={name}>{name}</option>
            ))}
          </select>
        </label>
      </header>
      <Chart
        option={option}
        label={`${say('parallel')}: ${columns.map(({ name }) => name).join(', ')}`}
        height={320}
      />
    </article>
  );
}
