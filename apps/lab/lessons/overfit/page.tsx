import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { engineOf } from '../../engine/client.ts';
import { Chart } from '../../parts/chart.tsx';
import { series } from '../../parts/colors.ts';
import { Button, Card, Choice, Slider, Switch } from '../../parts/controls.tsx';
import { between, oneOf, useSetting } from '../../shell/address.ts';
import { say } from '../../shell/language.ts';
import { Lesson } from '../../shell/lesson.tsx';
import { Trouble } from '../../shell/trouble.tsx';
import { code } from './code.ts';
import type { Progress, Setup } from './engine.ts';
import { type Brush, Plane } from './plane.tsx';
import { makePoints, type Pattern, type Point, patterns } from './points.ts';
import { text } from './text.ts';
import './style.css';

const engine = engineOf<typeof import('./engine.ts')>('overfit');

/** Cures that are given in doses: how much at most, and in what steps. */
const cures = {
  l2: { max: 0.05, step: 0.001 },
  dropout: { max: 0.8, step: 0.05 },
  jitter: { max: 0.4, step: 0.02 },
} as const;

/** What is left of a training when the next begins. */
interface Past {
  readonly id: number;
  readonly setup: string;
  readonly last: Progress;
}

/** Lesson 7: few samples, many parameters, and what helps. */
export default function OverfitPage() {
  const pattern = useSetting<Pattern>('pattern', 'ring', oneOf(patterns));
  const count = useSetting<number>('points', 60, between(12, 300));
  const noise = useSetting<number>('noise', 0.35, between(0, 1));
  const setup = useSetup();
  const points = useSignal<readonly Point[]>([]);
  const brush = useSignal<Brush>('one');
  const seen = useSignal<readonly Progress[]>([]);
  const past = useSignal<readonly Past[]>([]);
  const running = useSignal(false);
  const error = useSignal<Error | null>(null);
  const fresh = (): void => {
    points.value = makePoints(pattern.value, count.value, noise.value, setup.seed.value);
    seen.value = [];
  };
  useEffect(fresh, [pattern.value, count.value, noise.value, setup.seed.value]);
  useEffect(() => () => void engine.stop().then(), []);

  const now: Setup = {
    depth: setup.depth.value,
    width: setup.width.value,
    activation: setup.activation.value,
    l2: setup.l2.value,
    dropout: setup.dropout.value,
    jitter: setup.jitter.value,
    early: setup.early.value,
    epochs: setup.epochs.value,
    seed: setup.seed.value,
  };
  const enough = ([0, 1] as const).every((label) => {
    const own = points.value.filter((point) => point.label === label);
    const teach = own.filter(({ train }) => train).length;
    return teach >= 2 && own.length > teach;
  });
  const start = async (): Promise<void> => {
    error.value = null;
    running.value = true;
    seen.value = [];
    const words = brief(pattern.value, points.value.length, now);
    try {
      for await (const progress of engine.train(points.value, now)) {
        seen.value = [...seen.value, progress];
      }
      const last = seen.value.at(-1);
      const id = Math.max(0, ...past.value.map((one) => one.id)) + 1;
      if (last) past.value = [...past.value, { id, setup: words, last }].slice(-8);
    } catch (reason) {
      error.value = reason as Error;
    }
    running.value = false;
  };
  const last = seen.value.at(-1) ?? null;

  return (
    <Lesson title={text.title} see={text.see} question={text.question} code={code(now)}>
      <Card title={say(text.plane)} note={say(text.planeNote)}>
        <Plane points={points} brush={brush.value} map={last?.map ?? null} />
        <div class="controls plane-controls">
          <Choice
            label={text.brush}
            value={brush}
            options={(['zero', 'one', 'erase'] as const).map((one) => [one, text.brushes[one]])}
          />
          <div class="row">
            <Button kind="small" onClick={fresh}>
              {say(text.again)}
            </Button>
            <Button
              kind="small"
              onClick={() => {
                points.value = [];
                seen.value = [];
              }}
            >
              {say(text.clear)}
            </Button>
          </div>
          <Choice
            label={text.pattern}
            value={pattern}
            options={patterns.map((one) => [one, text.patterns[one]])}
          />
          <Slider label={text.count} value={count} min={12} max={300} step={4} />
          <Slider label={text.noise} value={noise} min={0} max={1} step={0.05} />
        </div>
      </Card>
      <div class="card plain">
        <section class="card">
          <h2>{say(text.network)}</h2>
          <div class="controls">
            <Slider label={text.depth} value={setup.depth} min={0} max={6} />
            <Slider label={text.width} value={setup.width} min={1} max={64} />
            <Choice
              label={text.activation}
              value={setup.activation}
              options={[
                ['tanh', 'tanh'],
                ['relu', 'relu'],
              ]}
            />
            <Slider label={text.epochs} value={setup.epochs} min={50} max={1000} step={50} />
          </div>
        </section>
        <section class="card">
          <h2>{say(text.cures)}</h2>
          <div class="controls">
            {(['l2', 'dropout', 'jitter'] as const).map((name) => (
              <Slider
                key={name}
                label={text[name]}
                value={setup[name]}
                min={0}
                {...cures[name]}
                format={orNone}
              />
            ))}
            <Switch label={text.early} value={setup.early} />
          </div>
        </section>
        <section class="card">
          <div class="row">
            {running.value ? (
              <Button kind="main" onClick={() => void engine.stop().then()}>
                {say(text.stop)}
              </Button>
            ) : (
              <Button kind="main" disabled={!enough} onClick={() => void start()}>
                {say(text.train)}
              </Button>
            )}
            <output class="train-status">
              {last &&
                say(text.status, {
                  epoch: last.epoch + 1,
                  train: Math.round(100 * last.trainAccuracy),
                  test: Math.round(100 * last.testAccuracy),
                })}
            </output>
          </div>
          {last && (
            <p class="note">
              {say(text.sizes, {
                parameters: last.parameters.toLocaleString('en'),
                samples: points.value.filter(({ train }) => train).length,
              })}
            </p>
          )}
          <Trouble error={enough ? error.value : text.tooFew} />
          <Curves seen={seen.value} epochs={now.epochs} />
        </section>
      </div>
      <Card wide title={say(text.compare)}>
        <Comparison past={past.value} />
      </Card>
    </Lesson>
  );
}

const orNone = (value: number): string => (value === 0 ? say(text.none) : String(value));

/** What the address keeps of the network and its cures. */
function useSetup() {
  return {
    depth: useSetting<number>('depth', 3, between(0, 6)),
    width: useSetting<number>('width', 32, between(1, 64)),
    activation: useSetting<'tanh' | 'relu'>('activation', 'tanh', oneOf(['tanh', 'relu'])),
    l2: useSetting<number>('l2', 0, between(0, cures.l2.max)),
    dropout: useSetting<number>('dropout', 0, between(0, cures.dropout.max)),
    jitter: useSetting<number>('jitter', 0, between(0, cures.jitter.max)),
    early: useSetting<boolean>('early', false),
    epochs: useSetting<number>('epochs', 400, between(50, 1000)),
    seed: useSetting<number>('seed', 1, between(0, 1e6)),
  };
}

function Curves({ seen, epochs }: { readonly seen: readonly Progress[]; readonly epochs: number }) {
  const x = seen.map(({ epoch }) => epoch + 1);
  return (
    <Chart
      label={say(text.curves)}
      xLabel={say(text.epoch)}
      yLabel={say(text.loss)}
      xRange={[0, epochs]}
      yRange={[0, Math.max(1, ...seen.map(({ testLoss }) => Math.min(4, testLoss)))]}
      lines={[
        {
          name: say(text.onTrain),
          x,
          y: seen.map(({ trainLoss }) => trainLoss),
          color: series[2],
        },
        {
          name: say(text.onTest),
          x,
          y: seen.map(({ testLoss }) => testLoss),
          color: series[3],
          dashed: true,
        },
      ]}
    />
  );
}

function Comparison({ past }: { readonly past: readonly Past[] }) {
  if (past.length === 0) return <p class="note">{say(text.noRuns)}</p>;
  const percent = (share: number): string => `${(100 * share).toFixed(0)} %`;
  return (
    <div class="scroll">
      <table class="outcome">
        <thead>
          <tr>
            <th>{say(text.setup)}</th>
            <th>{say(text.epoch)}</th>
            <th>{say(text.onTrain)}</th>
            <th>{say(text.onTest)}</th>
            <th>{say(text.gap)}</th>
          </tr>
        </thead>
        <tbody>
          {past.map(({ id, setup, last }) => (
            <tr key={id}>
              <td>{setup}</td>
              <td>{last.epoch + 1}</td>
              <td>{`${percent(last.trainAccuracy)} (${last.trainLoss.toFixed(2)})`}</td>
              <td>{`${percent(last.testAccuracy)} (${last.testLoss.toFixed(2)})`}</td>
              <td>
                <b>{(last.testLoss - last.trainLoss).toFixed(2)}</b>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** A set-up in a few words. */
function brief(pattern: Pattern, count: number, setup: Setup): string {
  const { depth, width, activation, l2, dropout, jitter, early } = setup;
  return [
    `${say(text.patterns[pattern])} ${count}`,
    `${depth} × ${width} ${activation}`,
    ...(l2 > 0 ? [`L2 ${l2}`] : []),
    ...(dropout > 0 ? [`${say(text.dropout)} ${dropout}`] : []),
    ...(jitter > 0 ? [`± ${jitter}`] : []),
    ...(early ? [say(text.early).split(/[,：]/)[0]] : []),
  ].join(', ');
}
