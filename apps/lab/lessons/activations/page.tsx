import { engineOf } from '../../engine/client.ts';
import { useAnswer } from '../../engine/use-answer.ts';
import { LogBars } from '../../parts/bars.tsx';
import { Chart } from '../../parts/chart.tsx';
import { series } from '../../parts/colors.ts';
import { Card, Chips, Choice, Select, Slider } from '../../parts/controls.tsx';
import { between, oneOf, useSetting } from '../../shell/address.ts';
import { say } from '../../shell/language.ts';
import { Lesson } from '../../shell/lesson.tsx';
import { Trouble } from '../../shell/trouble.tsx';
import { code } from './code.ts';
import type { FunctionName, Start } from './engine.ts';
import { text } from './text.ts';

const engine = engineOf<typeof import('./engine.ts')>('activations');

const colors: Record<FunctionName, string> = {
  sigmoid: series[0],
  tanh: series[2],
  relu: series[1],
  leakyRelu: series[3],
  elu: series[4],
  gelu: series[5],
  silu: series[6],
  softplus: '#7a3b00',
  linear: '#8a95a5',
};
const names = Object.keys(colors) as FunctionName[];
const starts = ['glorot', 'he', 'small', 'large'] as const satisfies readonly Start[];
const range = [-6, 6] as const;
/** What is drawn of each function. */
const views = [
  { what: 'value', sign: 'f(x)', yRange: [-1.5, 4] },
  { what: 'slope', sign: 'f′(x)', yRange: [-0.2, 1.3] },
] as const;

/** Lesson 3: the bends between layers, and what is left of a gradient after many of them. */
export default function ActivationsPage() {
  const chosen = useSetting<readonly FunctionName[]>(
    'functions',
    ['sigmoid', 'tanh', 'relu'],
    (list) => list.every((name) => names.includes(name)),
  );
  const x = useSetting<number>('x', 1, between(...range));
  const depth = useSetting<number>('depth', 20, between(1, 40));
  const name = useSetting<FunctionName>('activation', 'sigmoid', oneOf(names));
  const start = useSetting<Start>('start', 'glorot', oneOf<Start>(starts));
  const shown = useAnswer(() => engine.curves(chosen.value, range), [chosen.value]);
  const flow = useAnswer(
    () => engine.flow(name.value, depth.value, start.value),
    [name.value, depth.value, start.value],
  );
  const at = shown.value ? nearest(shown.value.x, x.value) : 0;
  const curves = shown.value?.curves ?? [];
  const move = (place: number): void => {
    x.value = Math.round(20 * Math.min(range[1], Math.max(range[0], place))) / 20;
  };

  return (
    <Lesson
      title={text.title}
      see={text.see}
      question={text.question}
      code={code(name.value, depth.value)}
    >
      <Card wide>
        <div class="controls">
          <Chips
            label={text.compare}
            value={chosen}
            options={names.map((one) => [one, one, colors[one]])}
          />
          <Slider
            label={text.at}
            value={x}
            min={range[0]}
            max={range[1]}
            step={0.05}
            format={(value) => value.toFixed(2)}
          />
        </div>
        <Trouble error={chosen.value.length === 0 ? text.choose : shown.error} />
      </Card>
      {views.map(({ what, sign, yRange }) => (
        <Card key={what} title={say(text[what])}>
          <Chart
            label={say(text[what])}
            lines={curves.map((curve) => ({
              name: curve.name,
              x: shown.value?.x ?? [],
              y: curve[what],
              color: colors[curve.name],
            }))}
            marks={curves.map((curve) => ({
              x: x.value,
              y: curve[what][at],
              color: colors[curve.name],
            }))}
            xLabel="x"
            yLabel={sign}
            xRange={range}
            yRange={yRange}
            onPoint={move}
          />
        </Card>
      ))}
      <Card wide title={say(text.table, { x: x.value.toFixed(2) })}>
        <div class="scroll">
          <table class="outcome">
            <tbody>
              {views.map(({ what, sign }) => (
                <tr key={what}>
                  <th>{sign}</th>
                  {curves.map((curve) => (
                    <td key={curve.name}>
                      {curve.name} <b>{curve[what][at].toFixed(3)}</b>
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      </Card>
      <Card wide title={say(text.stack)} note={say(text.stackNote, { n: depth.value })}>
        <div class="controls">
          <Select label={text.activation} value={name} options={names.map((one) => [one, one])} />
          <Slider label={text.depth} value={depth} min={1} max={40} />
          <Choice
            label={text.start}
            value={start}
            options={starts.map((one) => [one, text.starts[one]])}
          />
        </div>
        <Trouble error={flow.error} />
        {flow.value && <Verdict gradients={flow.value.gradients} />}
      </Card>
      <Card title={say(text.back)}>
        <LogBars
          values={flow.value?.gradients ?? []}
          range={[-16, 2]}
          color={series[1]}
          label={say(text.back)}
          xLabel={say(text.layer)}
        />
      </Card>
      <Card title={say(text.forward)}>
        <LogBars
          values={flow.value?.outputs ?? []}
          range={[-8, 2]}
          color={series[0]}
          label={say(text.forward)}
          xLabel={say(text.layer)}
        />
      </Card>
    </Lesson>
  );
}

function Verdict({ gradients }: { readonly gradients: Float32Array }) {
  const ratio = gradients[0] / gradients[gradients.length - 1];
  const word =
    ratio < 1e-2 || !(ratio > 0) ? text.vanishes : ratio > 1e2 ? text.explodes : text.healthy;
  const shown = ratio >= 0.01 && ratio < 1000 ? ratio.toPrecision(2) : ratio.toExponential(1);
  return (
    <output class="verdict-line">{say(text.verdict, { ratio: shown, word: say(word) })}</output>
  );
}

function nearest(places: ArrayLike<number>, x: number): number {
  let best = 0;
  for (let i = 1; i < places.length; i++) {
    if (Math.abs(places[i] - x) < Math.abs(places[best] - x)) best = i;
  }
  return best;
}
