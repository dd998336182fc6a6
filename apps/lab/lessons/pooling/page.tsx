import { useSignal } from '@preact/signals';
import { engineOf } from '../../engine/client.ts';
import { useAnswer } from '../../engine/use-answer.ts';
import { Chart, type Line } from '../../parts/chart.tsx';
import { light, series } from '../../parts/colors.ts';
import { Card, Slider } from '../../parts/controls.tsx';
import { Matrix, short } from '../../parts/matrix.tsx';
import { type Picture, PictureSource } from '../../parts/picture-source.tsx';
import { Player } from '../../parts/player.tsx';
import { ValueGrid } from '../../parts/value-grid.tsx';
import { between, oneOf, useSetting } from '../../shell/address.ts';
import { say, type Text } from '../../shell/language.ts';
import { Lesson } from '../../shell/lesson.tsx';
import { Trouble } from '../../shell/trouble.tsx';
import { code } from './code.ts';
import type { Pooled } from './engine.ts';
import { text } from './text.ts';
import './style.css';

const engine = engineOf<typeof import('./engine.ts')>('pooling');

/** Lesson 5: the largest and the mean of small windows, and what shifts do. */
export default function PoolingPage() {
  const chosen = useSetting<string>('picture', '3');
  const size = useSetting<number>('size', 2, oneOf([2, 3, 4]));
  const stride = useSetting<number>('stride', 2, oneOf([1, 2, 3, 4]));
  const dx = useSetting<number>('right', 1, between(-6, 6));
  const dy = useSetting<number>('down', 0, between(-6, 6));
  const picture = useSignal<Picture | null>(null);
  const at = useSignal(64);
  const source = picture.value;
  const setup = { size: size.value, stride: stride.value };
  const pooled = useAnswer(
    () => (source ? engine.pool(source, setup) : null),
    [source, size.value, stride.value],
  );
  const effect = useAnswer(
    () => (source ? engine.effectOfShift(source, dx.value, dy.value, size.value) : null),
    [source, dx.value, dy.value, size.value],
  );
  const out = pooled.value?.largest;
  const last = out ? out.width * out.height - 1 : 0;
  const place = Math.min(at.value, last);
  const [column, row] = out ? [place % out.width, Math.floor(place / out.width)] : [0, 0];
  const [left, top] = [column * stride.value, row * stride.value];
  const window = source
    ? Array.from({ length: size.value ** 2 }, (_, i) => {
        const [x, y] = [left + (i % size.value), top + Math.floor(i / size.value)];
        return source.data[y * source.width + x];
      })
    : [];
  const share = (list: readonly number[], name: Text, color: string): Line => ({
    name: say(name),
    x: list.map((_, i) => i),
    y: list.map((value) => 100 * value),
    color,
  });

  return (
    <Lesson
      title={text.title}
      see={text.see}
      question={text.question}
      code={code(size.value, stride.value)}
    >
      <Card wide title={say(text.setup)}>
        <div class="pooling-setup">
          <PictureSource chosen={chosen} picture={picture} />
          <div class="stack">
            <Slider label={text.size} value={size} min={2} max={4} format={(n) => `${n} × ${n}`} />
            <Slider label={text.stride} value={stride} min={1} max={4} />
          </div>
        </div>
        <Player at={at} last={last} label={text.position} rate={10} />
        <Trouble error={pooled.error} />
      </Card>
      {source && pooled.value && out && (
        <>
          <section class="card third">
            <h2>{say(text.input, { w: source.width, h: source.height })}</h2>
            <Matrix
              values={source.data}
              width={source.width}
              height={source.height}
              colors={light}
              label={say(text.input, { w: source.width, h: source.height })}
              frames={[{ x: left, y: top, width: size.value, height: size.value }]}
              onPoint={(x, y) => {
                const to = (n: number, count: number): number =>
                  Math.min(count - 1, Math.floor(n / stride.value));
                at.value = to(y, out.height) * out.width + to(x, out.width);
              }}
            />
          </section>
          <PooledMap
            title={text.maxPool}
            map={pooled.value.largest}
            cell={[column, row]}
            color={series[1]}
            onCell={(i) => {
              at.value = i;
            }}
          />
          <PooledMap
            title={text.avgPool}
            map={pooled.value.mean}
            cell={[column, row]}
            color={series[0]}
            onCell={(i) => {
              at.value = i;
            }}
          />
          <Card wide title={say(text.window)}>
            <div class="row pooling-window">
              <ValueGrid
                values={window}
                width={size.value}
                range={[0, 1]}
                colors={light}
                label={say(text.input, { w: size.value, h: size.value })}
              />
              <p>
                {say(text.largest)} <b style={{ color: series[1] }}>{short(out.values[place])}</b>
                <br />
                {say(text.mean)}{' '}
                <b style={{ color: series[0] }}>{short(pooled.value.mean.values[place])}</b>
              </p>
            </div>
          </Card>
          <Card wide title={say(text.shift)} note={say(text.shiftNote)}>
            <div class="pooling-shift">
              <div class="stack">
                <Slider label={text.right} value={dx} min={-6} max={6} />
                <Slider label={text.down} value={dy} min={-6} max={6} />
              </div>
              <Chart
                label={say(text.shift)}
                lines={
                  effect.value
                    ? [
                        share(effect.value.largest, text.largest, series[1]),
                        share(effect.value.mean, text.mean, series[0]),
                      ]
                    : []
                }
                marks={
                  effect.value
                    ? (['largest', 'mean'] as const).flatMap((kind, k) =>
                        (effect.value?.[kind] ?? []).map((value, i) => ({
                          x: i,
                          y: 100 * value,
                          color: series[k === 0 ? 1 : 0],
                          size: 5,
                        })),
                      )
                    : []
                }
                xLabel={say(text.times)}
                yLabel={say(text.perCent)}
                xRange={[-0.1, 3.1]}
                yRange={[0, 60]}
              />
            </div>
          </Card>
        </>
      )}
    </Lesson>
  );
}

function PooledMap({
  title,
  map,
  cell: [x, y],
  color,
  onCell,
}: {
  readonly title: Text;
  readonly map: Pooled;
  readonly cell: readonly [number, number];
  readonly color: string;
  readonly onCell: (index: number) => void;
}) {
  const name = say(title, { w: map.width, h: map.height });
  return (
    <section class="card third">
      <h2>{name}</h2>
      <Matrix
        values={map.values}
        width={map.width}
        height={map.height}
        colors={light}
        label={name}
        frames={[{ x, y, width: 1, height: 1, color }]}
        onPoint={(column, row) => onCell(row * map.width + column)}
      />
    </section>
  );
}
