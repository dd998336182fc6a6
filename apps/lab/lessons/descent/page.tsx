import { useSignal } from '@preact/signals';
import { engineOf } from '../../engine/client.ts';
import { useAnswer } from '../../engine/use-answer.ts';
import { Chart, type Line, type Mark } from '../../parts/chart.tsx';
import { series } from '../../parts/colors.ts';
import { Button, Card, Chips, Slider } from '../../parts/controls.tsx';
import { Player } from '../../parts/player.tsx';
import { Surface } from '../../parts/surface.tsx';
import { between, useSetting } from '../../shell/address.ts';
import { say, type Text } from '../../shell/language.ts';
import { Lesson } from '../../shell/lesson.tsx';
import { Trouble } from '../../shell/trouble.tsx';
import { code } from './code.ts';
import type { Method, Trail } from './engine.ts';
import { text } from './text.ts';
import './style.css';

const engine = engineOf<typeof import('./engine.ts')>('descent');

const steps = 40;
const [x, y, start] = [1.5, 6, 0.5];
const range = [-1.5, 9.5] as const;
const size = 33;
const ground = { start: [-0.4, 4.6] as const, w: [-1, 5] as const, b: [-3.5, 5.5] as const };
/** Cost at the top of the surface's picture, whose heights are square roots: the valley's floor is seen better so. */
const top = 90;
const high = (cost: number): number => Math.sqrt(cost / top);

const methods: Record<Method, { readonly name: Text; readonly color: string }> = {
  sgd: { name: text.sgd, color: series[0] },
  momentum: { name: text.momentumWay, color: series[1] },
  adam: { name: text.adam, color: series[3] },
};
const all = Object.keys(methods) as Method[];
const presets: readonly (readonly [Text, number])[] = [
  [text.tiny, 0.002],
  [text.good, 0.1],
  [text.swing, 0.44],
  [text.wild, 0.5],
];

/** Lesson 2: balls roll down the cost. */
export default function DescentPage() {
  const rate = useSetting<number>('rate', 0.1, between(0.001, 2));
  const momentum = useSetting<number>('momentum', 0.8, between(0, 0.99));
  const chosen = useSetting<readonly Method[]>('methods', all, (list) =>
    list.every((method) => all.includes(method)),
  );
  const at = useSignal(12);
  const setup = { methods: chosen.value, rate: rate.value, momentum: momentum.value, steps };
  const inputs = [chosen.value, rate.value, momentum.value];
  const curve = useAnswer(() => engine.curve(setup, { x, y, start, range }), inputs);
  const surface = useAnswer(() => engine.surface(setup, { ...ground, size }), inputs);
  const now = at.value;

  return (
    <Lesson title={text.title} see={text.see} question={text.question} code={code(rate.value)}>
      <Card wide title={say(text.setup)}>
        <div class="controls">
          <Slider label={text.rate} value={rate} min={0.001} max={2} log />
          <Slider label={text.momentum} value={momentum} min={0} max={0.99} step={0.01} />
          <div class="row presets">
            <span>{say(text.presets)}</span>
            {presets.map(([name, value]) => (
              <Button
                key={value}
                kind="small"
                pressed={rate.value === value}
                onClick={() => {
                  rate.value = value;
                  at.value = 0;
                }}
              >
                {say(name)}
              </Button>
            ))}
          </div>
          <Chips
            label={text.methods}
            value={chosen}
            options={all.map((method) => [method, methods[method].name, methods[method].color])}
          />
        </div>
        <Player at={at} last={steps} label={text.step} />
        <Trouble error={chosen.value.length === 0 ? text.choose : (curve.error ?? surface.error)} />
      </Card>
      <Card title={say(text.curve)} note={say(text.curveNote, { x, y, start, best: y / x })}>
        <Chart
          label={say(text.curve)}
          xLabel="W"
          yLabel={say(text.cost)}
          xRange={range}
          yRange={[-4, 72]}
          lines={
            curve.value
              ? [{ name: '', x: curve.value.w, y: curve.value.cost, color: '#8a95a5' }]
              : []
          }
          marks={(curve.value?.trails ?? []).flatMap((trail) => ballAndTrail(trail, now))}
        />
        <Legend chosen={chosen.value} />
      </Card>
      <Card title={say(text.surface)} note={say(text.surfaceNote)}>
        <Surface
          z={Float32Array.from(surface.value?.z ?? new Float32Array(size * size), high)}
          size={size}
          label={say(text.surfaceNote)}
          xLabel="W"
          yLabel="b"
          ways={(surface.value?.trails ?? []).map(({ method, places: [w, b], costs }) => ({
            color: methods[method].color,
            points: Array.from({ length: now + 1 }, (_, i) => [
              (w[i] - ground.w[0]) / (ground.w[1] - ground.w[0]),
              (b[i] - ground.b[0]) / (ground.b[1] - ground.b[0]),
              high(costs[i]),
            ]),
          }))}
        />
      </Card>
      <Card title={say(text.over)}>
        <Chart
          label={say(text.over)}
          xLabel={say(text.step)}
          yLabel={say(text.cost)}
          xRange={[0, steps]}
          yRange={[1e-6, 1e6]}
          log
          lines={(surface.value?.trails ?? []).map(
            ({ method, costs }): Line => ({
              name: say(methods[method].name),
              x: costs.map((_, i) => i),
              y: costs,
              color: methods[method].color,
            }),
          )}
          marks={(surface.value?.trails ?? []).map(({ method, costs }) => ({
            x: now,
            y: costs[now],
            color: methods[method].color,
          }))}
        />
      </Card>
      <Card title={say(text.outcome, { n: steps })}>
        <Outcome curve={curve.value?.trails ?? []} surface={surface.value?.trails ?? []} />
      </Card>
    </Lesson>
  );
}

function ballAndTrail({ method, places: [w], costs }: Trail, now: number): Mark[] {
  const { color } = methods[method];
  return Array.from({ length: now + 1 }, (_, i) => ({
    x: w[i],
    y: costs[i],
    color,
    size: i === now ? 9 : 3.5,
  }));
}

function Legend({ chosen }: { readonly chosen: readonly Method[] }) {
  return (
    <p class="legend">
      {chosen.map((method) => (
        <span key={method}>
          <svg width="14" height="14" viewBox="0 0 14 14" aria-hidden="true">
            <circle cx="7" cy="7" r="6" fill={methods[method].color} />
          </svg>
          {say(methods[method].name)}
        </span>
      ))}
    </p>
  );
}

function Outcome({
  curve,
  surface,
}: {
  readonly curve: readonly Trail[];
  readonly surface: readonly Trail[];
}) {
  return (
    <table class="outcome">
      <thead>
        <tr>
          <th>{say(text.method)}</th>
          <th>{say(text.onCurve)}</th>
          <th>{say(text.onSurface)}</th>
        </tr>
      </thead>
      <tbody>
        {curve.map((trail, i) => (
          <tr key={trail.method}>
            <th>{say(methods[trail.method].name)}</th>
            <td>{say(verdict(trail))}</td>
            <td>{surface[i] ? say(verdict(surface[i])) : ''}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** How a descent went. */
function verdict({ costs }: Trail): Text {
  const [first, last] = [costs[0], costs[costs.length - 1]];
  if (!(last < 2 * first)) return text.diverged;
  if (last < first * 1e-3) return text.arrived;
  return last > first * 0.5 && costs.every((cost, i) => i === 0 || cost <= costs[i - 1] * 1.001)
    ? text.slow
    : text.underway;
}
