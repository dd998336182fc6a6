import type { Signal } from '@preact/signals';
import { Chart, type Line } from '../../parts/chart.tsx';
import { series } from '../../parts/colors.ts';
import { Card } from '../../parts/controls.tsx';
import { say } from '../../shell/language.ts';
import { text } from './text.ts';

/** One training, as the page remembers it. */
export interface RunRecord {
  readonly id: number;
  /** What was set, in a few words. */
  readonly setup: string;
  readonly steps: readonly number[];
  readonly loss: readonly number[];
  readonly accuracy: readonly number[];
  readonly checks: readonly { step: number; loss: number; accuracy: number }[];
  /** Accuracy on test images when it ended. */
  readonly result: number | null;
  readonly shown: boolean;
}

const colorOf = ({ id }: RunRecord): string => series[(id - 1) % series.length];

/** Curves of the runs, and what each was. */
export function Runs({ runs }: { readonly runs: Signal<readonly RunRecord[]> }) {
  const shown = runs.value.filter((run) => run.shown);
  const lines = (what: 'loss' | 'accuracy'): Line[] =>
    shown.flatMap((run): Line[] => [
      {
        name: `${say(text.run)} ${run.id}`,
        x: run.steps,
        y: run[what],
        color: colorOf(run),
      },
      {
        name: `${say(text.run)} ${run.id}, ${say(text.validation)}`,
        x: run.checks.map(({ step }) => step),
        y: run.checks.map((check) => check[what]),
        color: colorOf(run),
        dashed: true,
      },
    ]);
  const marks = (what: 'loss' | 'accuracy') =>
    shown.flatMap((run) =>
      run.checks.map((check) => ({ x: check.step, y: check[what], color: colorOf(run), size: 5 })),
    );
  const most = Math.max(20, ...shown.flatMap(({ steps }) => steps.at(-1) ?? 0));
  const top = Math.max(0.5, ...shown.map(({ loss }) => Math.min(3, loss[0] ?? 0)));
  return (
    <>
      <Card title={say(text.loss)}>
        <Chart
          label={say(text.loss)}
          lines={lines('loss')}
          marks={marks('loss')}
          xLabel={say(text.stepAxis)}
          yLabel={say(text.loss)}
          xRange={[0, most]}
          yRange={[0, top]}
        />
      </Card>
      <Card title={say(text.accuracy)}>
        <Chart
          label={say(text.accuracy)}
          lines={lines('accuracy')}
          marks={marks('accuracy')}
          xLabel={say(text.stepAxis)}
          yLabel={say(text.accuracy)}
          xRange={[0, most]}
          yRange={[0, 1]}
        />
      </Card>
      <Card wide title={say(text.runs)}>
        {runs.value.length === 0 ? (
          <p class="note">{say(text.noRuns)}</p>
        ) : (
          <div class="scroll">
            <RunTable runs={runs} />
          </div>
        )}
      </Card>
    </>
  );
}

function RunTable({ runs }: { readonly runs: Signal<readonly RunRecord[]> }) {
  return (
    <table class="outcome">
      <thead>
        <tr>
          <th>{say(text.run)}</th>
          <th>{say(text.setup)}</th>
          <th>{say(text.test)}</th>
          <th />
        </tr>
      </thead>
      <tbody>
        {runs.value.map((run) => (
          <tr key={run.id}>
            <td>
              <label class="run-choice">
                <input
                  type="checkbox"
                  checked={run.shown}
                  onChange={({ currentTarget }) => {
                    const { checked } = currentTarget;
                    runs.value = runs.value.map((one) =>
                      one.id === run.id ? { ...one, shown: checked } : one,
                    );
                  }}
                />
                <i style={{ background: colorOf(run) }} />
                {run.id}
              </label>
            </td>
            <td>{run.setup}</td>
            <td>
              <b>{run.result === null ? '…' : `${(100 * run.result).toFixed(1)} %`}</b>
            </td>
            <td>
              <button
                type="button"
                class="move"
                aria-label={say(text.forgetRun, { n: run.id })}
                onClick={() => {
                  runs.value = runs.value.filter(({ id }) => id !== run.id);
                }}
              >
                ×
              </button>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
