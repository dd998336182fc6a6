import { type Signal, useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { engineOf } from '../../engine/client.ts';
import { useAnswer } from '../../engine/use-answer.ts';
import { Button, Card, Choice, Select, Slider } from '../../parts/controls.tsx';
import { between, oneOf, useSetting } from '../../shell/address.ts';
import { say } from '../../shell/language.ts';
import { Lesson } from '../../shell/lesson.tsx';
import { Trouble } from '../../shell/trouble.tsx';
import { checkSpecs } from './check-specs.ts';
import { code } from './code.ts';
import type { TrainingEvent } from './engine.ts';
import type { Examination } from './examine.ts';
import { Files } from './files.tsx';
import { LayerStack } from './layer-stack.tsx';
import { type PresetName, presets } from './presets.ts';
import { Results } from './results.tsx';
import { type RunRecord, Runs } from './runs.tsx';
import type { LayerSpec, Training } from './specs.ts';
import { text } from './text.ts';
import './style.css';

const engine = engineOf<typeof import('./engine.ts')>('train');

type Optimizer = Training['optimizer'];
const counts = [500, 1000, 2000, 5000, 10000, 30000, 60000];
const batches = [8, 16, 32, 64, 128, 256];
const penalties = [0, 1e-5, 1e-4, 1e-3, 1e-2];

interface Status {
  readonly state: 'idle' | 'starting' | 'loading' | 'running' | 'paused';
  readonly step: number;
  readonly epoch: number;
  readonly ms: number;
  readonly share: number;
}
const idle: Status = { state: 'idle', step: 0, epoch: 0, ms: 0, share: 0 };

/** Lesson 6: layers are stacked and trained. */
export default function TrainPage() {
  const specs = useSetting<readonly LayerSpec[]>('layers', presets.small, checkSpecs);
  const settings = useTraining();
  const status = useSignal<Status>(idle);
  const runs = useSignal<readonly RunRecord[]>([]);
  const examined = useSignal<{ examination: Examination; data: Training['data'] } | null>(null);
  const error = useSignal<Error | null>(null);
  const described = useAnswer(() => engine.describe(specs.value), [specs.value]);
  const rows = described.value?.rows ?? [];
  const problem = described.value?.problem ?? null;
  useEffect(() => () => void engine.stop().then(), []);

  const training: Training = {
    data: settings.data.value,
    count: settings.count.value,
    epochs: settings.epochs.value,
    batchSize: settings.batchSize.value,
    optimizer: settings.optimizer.value,
    learningRate: settings.learningRate.value,
    l2: settings.l2.value,
    seed: settings.seed.value,
  };
  const start = async (): Promise<void> => {
    error.value = null;
    status.value = { ...idle, state: 'starting' };
    const id = Math.max(0, ...runs.value.map((run) => run.id)) + 1;
    runs.value = [...runs.value, newRun(id, specs.value, training)];
    const change = (f: (run: RunRecord) => Partial<RunRecord>): void => {
      runs.value = runs.value.map((run) => (run.id === id ? { ...run, ...f(run) } : run));
    };
    try {
      for await (const event of engine.train(specs.value, training)) {
        note(event, status, change);
        if (event.kind === 'done') {
          examined.value = { examination: event.examination, data: training.data };
        }
      }
    } catch (reason) {
      error.value = reason as Error;
      runs.value = runs.value.filter((run) => run.id !== id || run.steps.length > 0);
    }
    status.value = idle;
  };

  const { state } = status.value;
  return (
    <Lesson
      title={text.title}
      see={text.see}
      question={text.question}
      code={code(
        specs.value,
        rows.map(({ shape }) => shape),
        training,
      )}
    >
      <Card wide title={say(text.network)}>
        <div class="row presets">
          <span>{say(text.preset)}</span>
          {(Object.keys(presets) as PresetName[]).map((name) => (
            <Button
              key={name}
              kind="small"
              pressed={JSON.stringify(specs.value) === JSON.stringify(presets[name])}
              onClick={() => {
                specs.value = presets[name];
              }}
            >
              {say(text.presets[name])}
            </Button>
          ))}
        </div>
        <LayerStack specs={specs} rows={rows} />
        {problem && (
          <Trouble
            error={
              problem.message === 'flatten'
                ? text.needsFlatten
                : {
                    en: say(text.doesNotFit, { n: problem.layer + 1, message: problem.message }),
                    zh: say(text.doesNotFit, { n: problem.layer + 1, message: problem.message }),
                  }
            }
          />
        )}
      </Card>
      <Card wide title={say(text.learning)}>
        <TrainingControls settings={settings} />
        <div class="row train-buttons">
          {state === 'idle' ? (
            <Button kind="main" disabled={problem !== null} onClick={() => void start()}>
              {say(text.train)}
            </Button>
          ) : (
            <>
              <Button
                kind="main"
                onClick={() => {
                  void (state === 'paused' ? engine.resume() : engine.pause()).then(() => {
                    if (state === 'paused') {
                      status.value = { ...status.value, state: 'running' };
                    }
                  });
                }}
              >
                {say(state === 'paused' ? text.resume : text.pause)}
              </Button>
              <Button disabled={state !== 'paused'} onClick={() => void engine.step().then()}>
                {say(text.step)}
              </Button>
              <Button onClick={() => void engine.stop().then()}>{say(text.stop)}</Button>
            </>
          )}
          <output class="train-status">
            <Progress status={status.value} training={training} />
            {state === 'idle' &&
              examined.value &&
              say(text.result, {
                n: (100 * examined.value.examination.accuracy).toFixed(1),
                count: examined.value.examination.count,
              })}
          </output>
        </div>
        <Trouble error={error.value ?? described.error} />
      </Card>
      <Runs runs={runs} />
      {examined.value && (
        <Results examination={examined.value.examination} data={examined.value.data} />
      )}
      <Files
        data={training.data}
        ready={examined.value !== null && state === 'idle'}
        onOpened={({ examination }) => {
          examined.value = { examination, data: training.data };
        }}
      />
    </Lesson>
  );
}

/** What is set for the training, kept in the address. */
function useTraining() {
  return {
    data: useSetting<Training['data']>('data', 'mnist', oneOf(['mnist', 'fashion-mnist'])),
    count: useSetting<number>('count', 5000, between(100, 60000)),
    epochs: useSetting<number>('epochs', 3, between(1, 30)),
    batchSize: useSetting<number>('batch', 32, between(1, 1024)),
    optimizer: useSetting<Optimizer>(
      'optimizer',
      'adam',
      oneOf(['adam', 'sgd', 'momentum', 'rmsprop']),
    ),
    learningRate: useSetting<number>('rate', 0.001, between(1e-5, 10)),
    l2: useSetting<number>('l2', 0, between(0, 1)),
    seed: useSetting<number>('seed', 0, between(0, 1e9)),
  };
}

function TrainingControls({ settings }: { readonly settings: ReturnType<typeof useTraining> }) {
  return (
    <div class="controls">
      <Choice
        label={text.data}
        value={settings.data}
        options={[
          ['mnist', 'MNIST'],
          ['fashion-mnist', 'Fashion-MNIST'],
        ]}
      />
      <Steps label={text.count} value={settings.count} steps={counts} />
      <Slider label={text.epochs} value={settings.epochs} min={1} max={20} />
      <Steps label={text.batch} value={settings.batchSize} steps={batches} />
      <Select
        label={text.optimizer}
        value={settings.optimizer}
        options={[
          ['adam', 'Adam'],
          ['sgd', 'SGD'],
          ['momentum', 'SGD + momentum 0.9'],
          ['rmsprop', 'RMSprop'],
        ]}
      />
      <Slider label={text.learningRate} value={settings.learningRate} min={1e-5} max={1} log />
      <Steps label={text.l2} value={settings.l2} steps={penalties} />
      <Slider label={text.seed} value={settings.seed} min={0} max={20} />
    </div>
  );
}

/** A number of a list, to move along. */
function Steps({
  label,
  value,
  steps,
}: {
  readonly label: { en: string; zh: string };
  readonly value: Signal<number>;
  readonly steps: readonly number[];
}) {
  const index = {
    get value() {
      const found = steps.indexOf(value.value);
      return found >= 0 ? found : steps.filter((step) => step < value.value).length;
    },
    set value(next: number) {
      value.value = steps[next];
    },
  };
  return (
    <Slider
      label={label}
      value={index}
      min={0}
      max={steps.length - 1}
      format={() => (value.value === 0 ? say(text.none) : value.value.toLocaleString('en'))}
    />
  );
}

function Progress({ status, training }: { readonly status: Status; readonly training: Training }) {
  const { state, step, epoch, ms, share } = status;
  const perEpoch = Math.ceil(training.count / training.batchSize);
  if (state === 'idle') return null;
  if (state === 'starting') return <>{say(text.starting)}</>;
  if (state === 'loading') return <>{say(text.loading, { n: Math.round(100 * share) })}</>;
  if (state === 'paused') return <>{say(text.paused, { step })}</>;
  return (
    <>
      {say(text.progress, {
        epoch: epoch + 1,
        epochs: training.epochs,
        step,
        steps: perEpoch * training.epochs,
        ms: ms.toFixed(1),
      })}
      <progress value={step} max={perEpoch * training.epochs} />
    </>
  );
}

/** A few words that tell runs apart. */
function newRun(id: number, specs: readonly LayerSpec[], training: Training): RunRecord {
  const preset = (Object.keys(presets) as PresetName[]).find(
    (name) => JSON.stringify(presets[name]) === JSON.stringify(specs),
  );
  const network = preset ? say(text.presets[preset]) : specs.map(brief).join(' ');
  const { data, count, batchSize, optimizer, learningRate, l2, seed } = training;
  const setup = [
    network,
    `${data === 'mnist' ? 'MNIST' : 'Fashion'} ${count}`,
    `${optimizer} ${learningRate}`,
    `${say(text.batch)} ${batchSize}`,
    ...(l2 > 0 ? [`L2 ${l2}`] : []),
    ...(seed > 0 ? [`${say(text.seed)} ${seed}`] : []),
  ].join(', ');
  return { id, setup, steps: [], loss: [], accuracy: [], checks: [], result: null, shown: true };
}

function brief(spec: LayerSpec): string {
  if (spec.kind === 'conv') return `conv${spec.filters}`;
  if (spec.kind === 'dense') return `dense${spec.units}`;
  if (spec.kind === 'dropout') return `drop${spec.rate}`;
  return spec.kind === 'maxPool' || spec.kind === 'avgPool' ? 'pool' : spec.kind;
}

/** Takes note of what a training tells. */
function note(
  event: TrainingEvent,
  status: Signal<Status>,
  change: (f: (run: RunRecord) => Partial<RunRecord>) => void,
): void {
  switch (event.kind) {
    case 'loading':
      status.value = { ...status.value, state: 'loading', share: event.share };
      break;
    case 'step': {
      const { step, epoch, ms, loss, accuracy } = event;
      status.value = { ...status.value, state: 'running', step, epoch, ms };
      change((run) => ({
        steps: [...run.steps, step],
        loss: [...run.loss, loss],
        accuracy: [...run.accuracy, accuracy],
      }));
      break;
    }
    case 'epoch': {
      const { step, valLoss, valAccuracy } = event;
      change(({ checks }) => ({
        checks: [...checks, { step, loss: valLoss, accuracy: valAccuracy }],
      }));
      break;
    }
    case 'paused':
      status.value = { ...status.value, state: 'paused', step: event.step };
      break;
    case 'done':
      change(() => ({ result: event.examination.accuracy }));
      break;
  }
}
