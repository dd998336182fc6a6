import { useSignal } from '@preact/signals';
import { useId } from 'preact/hooks';
import { engineOf } from '../../engine/client.ts';
import { useAnswer } from '../../engine/use-answer.ts';
import { Chart } from '../../parts/chart.tsx';
import { series, signed } from '../../parts/colors.ts';
import { Card } from '../../parts/controls.tsx';
import { Matrix, short } from '../../parts/matrix.tsx';
import { say } from '../../shell/language.ts';
import { Trouble } from '../../shell/trouble.tsx';
import type { KernelPicture, Look, Spread, TensorRow } from './engine.ts';
import { text } from './text.ts';

const engine = engineOf<typeof import('./engine.ts')>('open');
/** Rows that are shown; the others are found by name. */
const most = 200;

/** What one wants to see first: the first kernels of a convolution, else the largest tensor. */
function firstOf(tensors: readonly TensorRow[]): string {
  const filter = tensors.find(({ shape, dtype }) => shape.length === 4 && /float/.test(dtype));
  const largest = tensors.reduce((a, b) => (b.bytes > a.bytes ? b : a));
  return (filter ?? largest).name;
}

/** The tensors of a file, and what one of them looks like. */
export function Tensors({ tensors }: { readonly tensors: readonly TensorRow[] }) {
  const id = useId();
  const chosen = useSignal(firstOf(tensors));
  const wanted = useSignal('');
  const look = useAnswer(() => engine.look(chosen.value), [chosen.value]);
  const found = tensors.filter(({ name }) =>
    name.toLowerCase().includes(wanted.value.trim().toLowerCase()),
  );
  return (
    <>
      <Card title={say(text.tensors, { n: tensors.length })}>
        {tensors.length > 8 && (
          <p class="find">
            <label for={id}>{say(text.find)}</label>
            <input
              id={id}
              type="text"
              value={wanted.value}
              onInput={({ currentTarget }) => {
                wanted.value = currentTarget.value;
              }}
            />
          </p>
        )}
        <fieldset class="tensors">
          <legend class="hidden">{say(text.tensor)}</legend>
          {found.length === 0 && <p class="note">{say(text.none)}</p>}
          {found.slice(0, most).map(({ name, shape, dtype }) => (
            <label key={name}>
              <input
                type="radio"
                name={`${id}tensor`}
                checked={chosen.value === name}
                onChange={() => {
                  chosen.value = name;
                }}
              />
              <span class="name">{name}</span>
              <span class="shape">{shape.join(' × ') || '1'}</span>
              <span class="dtype">{dtype}</span>
            </label>
          ))}
        </fieldset>
      </Card>
      <Card title={`${say(text.values)}: ${chosen.value}`}>
        <Trouble error={look.error} />
        {look.value && <LookView look={look.value} name={chosen.value} />}
      </Card>
    </>
  );
}

function LookView({ look, name }: { readonly look: Look; readonly name: string }) {
  const { spread, kernels, kernelCount } = look;
  return (
    <div class="look">
      <Histogram spread={spread} name={name} />
      <p class="note">
        {say(text.spread, {
          count: spread.count.toLocaleString('en'),
          least: brief(spread.least),
          most: brief(spread.most),
          mean: brief(spread.mean),
          deviation: brief(spread.deviation),
        })}
        {spread.zeros > 0 &&
          `; ${say(text.zeros, { share: short((100 * spread.zeros) / spread.count) })}`}
        {spread.notFinite > 0 && `; ${say(text.notFinite, { n: spread.notFinite })}`}
      </p>
      {kernels.length > 0 && (
        <>
          <h3>{say(text.kernels, { n: kernels.length, all: kernelCount })}</h3>
          <p class="note">{say(text.kernelsNote)}</p>
          <div class="kernels">
            {kernels.map((kernel, i) => (
              <Kernel key={`${i + 1}`} kernel={kernel} label={say(text.kernel, { n: i + 1 })} />
            ))}
          </div>
        </>
      )}
    </div>
  );
}

const brief = (value: number): string => String(Number(value.toPrecision(3)));

function Histogram({ spread, name }: { readonly spread: Spread; readonly name: string }) {
  const { counts, least, most: largest } = spread;
  const step = (largest - least) / counts.length || 1;
  return (
    <Chart
      label={`${say(text.values)}: ${name}`}
      lines={[]}
      xLabel={say(text.value)}
      yLabel={say(text.howMany)}
      xRange={[least, least + step * counts.length]}
      yRange={[0, Math.max(1, ...counts) * 1.05]}
    >
      {(place) =>
        counts.map((count, i) => {
          const [left, right] = [least + i * step, least + (i + 1) * step].map(place.x);
          return (
            <rect
              key={`${i + 1}`}
              x={left + 0.5}
              width={Math.max(1, right - left - 1)}
              y={place.y(count)}
              height={place.y(0) - place.y(count)}
              fill={series[0]}
            >
              <title>{`${brief(least + i * step)} … ${brief(least + (i + 1) * step)}: ${count}`}</title>
            </rect>
          );
        })
      }
    </Chart>
  );
}

function Kernel({ kernel, label }: { readonly kernel: KernelPicture; readonly label: string }) {
  const { width, height, channels, data } = kernel;
  if (channels === 1) {
    const range = [-1, 1] as const;
    return <Matrix {...{ width, height, label, range, values: data, colors: signed }} />;
  }
  return (
    <canvas
      class="matrix"
      role="img"
      aria-label={label}
      width={width}
      height={height}
      ref={(canvas) => {
        const pixels = new ImageData(width, height);
        for (let i = 0; i < width * height; i++) {
          const color = data.subarray(3 * i, 3 * i + 3).map((value) => 127.5 * (1 + value));
          pixels.data.set([...color, 255], 4 * i);
        }
        canvas?.getContext('2d')?.putImageData(pixels, 0, 0);
      }}
    />
  );
}
