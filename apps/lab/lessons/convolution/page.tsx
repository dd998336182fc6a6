import { useSignal } from '@preact/signals';
import { engineOf } from '../../engine/client.ts';
import { useAnswer } from '../../engine/use-answer.ts';
import { light, signed } from '../../parts/colors.ts';
import { Button, Card, Choice, Slider } from '../../parts/controls.tsx';
import { Matrix, short } from '../../parts/matrix.tsx';
import { channelOf, type Picture, PictureSource } from '../../parts/picture-source.tsx';
import { Player } from '../../parts/player.tsx';
import { ValueGrid } from '../../parts/value-grid.tsx';
import { between, oneOf, useSetting } from '../../shell/address.ts';
import { say } from '../../shell/language.ts';
import { Lesson } from '../../shell/lesson.tsx';
import { Trouble } from '../../shell/trouble.tsx';
import { code } from './code.ts';
import type { Output } from './engine.ts';
import { areKernels, type Kernel, presets, resized, slicesFor } from './kernels.ts';
import { Learned } from './learned.tsx';
import { text } from './text.ts';
import './style.css';

const engine = engineOf<typeof import('./engine.ts')>('convolution');

/** Lesson 4: kernels slide over a picture. */
export default function ConvolutionPage() {
  const chosen = useSetting<string>('picture', '3');
  const kernels = useSetting<readonly Kernel[]>('kernels', [[presets.vertical.values]], areKernels);
  const stride = useSetting<number>('stride', 1, oneOf([1, 2, 3]));
  const padding = useSetting<number>('padding', 0, between(0, 4));
  const dilation = useSetting<number>('dilation', 1, oneOf([1, 2, 3]));
  const picture = useSignal<Picture | null>(null);
  const at = useSignal(242);
  const which = useSignal(0);
  const channel = useSignal(0);

  const size = Math.sqrt(kernels.value[0][0].length);
  const source = picture.value;
  const channels = source?.channels ?? 1;
  const reach = (size - 1) * dilation.value + 1;
  const fits = !source || reach <= Math.min(source.width, source.height) + 2 * padding.value;
  const setup = {
    kernels: kernels.value.map((kernel) => slicesFor(kernel, channels)),
    size,
    stride: stride.value,
    padding: padding.value,
    dilation: dilation.value,
  };
  const output = useAnswer(
    () => (source && fits ? engine.convolve(source, setup) : null),
    [source, kernels.value, stride.value, padding.value, dilation.value],
  );
  const current = Math.min(which.value, kernels.value.length - 1);
  const shown = Math.min(channel.value, channels - 1);
  const out = output.value;
  const last = out ? out.width * out.height - 1 : 0;
  const place = Math.min(at.value, last);
  const [column, row] = out ? [place % out.width, Math.floor(place / out.width)] : [0, 0];
  const [left, top] = [column, row].map((n) => n * stride.value - padding.value);

  const setKernel = (kernel: Kernel): void => {
    kernels.value = kernels.value.map((one, i) => (i === current ? kernel : one));
  };

  return (
    <Lesson
      title={text.title}
      see={text.see}
      question={text.question}
      code={code(kernels.value[current], setup)}
    >
      <Card title={say(text.kernelCard)}>
        <Presets size={size} kernel={kernels.value[current]} onChoose={setKernel} />
        <div class="row top kernel-edit">
          <ValueGrid
            values={setup.kernels[current][shown]}
            width={size}
            range={[-2, 2]}
            label={say(text.kernel)}
            name={(i) => say(text.weight, { y: Math.floor(i / size) + 1, x: (i % size) + 1 })}
            onEdit={(index, value) =>
              setKernel(
                setup.kernels[current].map((slice, c) =>
                  c === shown ? slice.map((old, i) => (i === index ? value : old)) : slice,
                ),
              )
            }
          />
          <div class="stack">
            <SizeChoice
              size={size}
              onSize={(next) => {
                kernels.value = kernels.value.map((kernel) => resized(kernel, size, next));
              }}
            />
            {kernels.value.length > 1 && (
              <Choice
                label={text.which}
                value={which}
                options={kernels.value.map((_, i) => [i, String(i + 1)])}
              />
            )}
            {channels > 1 && (
              <Choice
                label={text.channel}
                value={channel}
                options={text.channels.map((name, i) => [i, name])}
              />
            )}
            <div class="row">
              <Button
                kind="small"
                disabled={kernels.value.length >= 4}
                onClick={() => {
                  const next = resized([presets.horizontal.values], 3, size);
                  kernels.value = [...kernels.value, next];
                  which.value = kernels.value.length - 1;
                }}
              >
                {say(text.add)}
              </Button>
              <Button
                kind="small"
                disabled={kernels.value.length === 1}
                onClick={() => {
                  kernels.value = kernels.value.filter((_, i) => i !== current);
                }}
              >
                {say(text.remove)}
              </Button>
            </div>
          </div>
        </div>
      </Card>
      <Card>
        <PictureSource chosen={chosen} picture={picture} colored />
        <div class="controls narrow">
          <Slider label={text.stride} value={stride} min={1} max={3} />
          <Slider label={text.padding} value={padding} min={0} max={4} />
          <Slider label={text.dilation} value={dilation} min={1} max={3} />
        </div>
        <Trouble
          error={
            fits
              ? output.error
              : {
                  en: text.tooLarge.en.replace('{reach}', String(reach)),
                  zh: text.tooLarge.zh.replace('{reach}', String(reach)),
                }
          }
        />
        <Player at={at} last={last} label={text.position} rate={12} />
      </Card>
      {source && out && fits && (
        <>
          <Card title={say(text.input, { w: source.width, h: source.height })}>
            <PaddedPicture
              source={source}
              channel={shown}
              padding={padding.value}
              frame={{ left, top, reach }}
              onPoint={(x, y) => {
                const middle = (reach - 1) / 2;
                const to = (n: number, count: number): number =>
                  Math.min(count - 1, Math.max(0, Math.round((n - middle) / stride.value)));
                at.value = to(y, out.height) * out.width + to(x, out.width);
              }}
            />
          </Card>
          <Card
            title={say(text.output, { w: out.width, h: out.height })}
            note={say(text.outputNote)}
          >
            <OutputMap
              out={out}
              which={current}
              cell={[column, row]}
              onPoint={(x, y) => {
                at.value = y * out.width + x;
              }}
            />
          </Card>
          <Card wide title={say(text.here)}>
            <Products
              source={source}
              setup={setup}
              which={current}
              left={left}
              top={top}
              sum={out.maps[current]?.[place] ?? 0}
            />
          </Card>
          {out.maps.length > 1 && (
            <Card wide title={say(text.all)}>
              <div class="maps quarter">
                {out.maps.map((_, i) => (
                  <OutputMap
                    // A kernel is its place.
                    key={`${i + 1}`}
                    out={out}
                    which={i}
                    cell={[column, row]}
                  />
                ))}
              </div>
            </Card>
          )}
        </>
      )}
      <Card wide title={say(text.learned)} note={say(text.learnedNote)}>
        {source?.channels === 1 ? <Learned picture={source} /> : <p>{say(text.greyOnly)}</p>}
      </Card>
    </Lesson>
  );
}

function Presets({
  size,
  kernel,
  onChoose,
}: {
  readonly size: number;
  readonly kernel: Kernel;
  readonly onChoose: (kernel: Kernel) => void;
}) {
  return (
    <div class="row presets">
      <span>{say(text.preset)}</span>
      {Object.entries(presets).map(([id, { name, values }]) => {
        const ready = resized([values], 3, size);
        return (
          <Button
            key={id}
            kind="small"
            pressed={kernel.length === 1 && kernel[0].every((value, i) => value === ready[0][i])}
            onClick={() => onChoose(ready)}
          >
            {say(name)}
          </Button>
        );
      })}
    </div>
  );
}

function SizeChoice({
  size,
  onSize,
}: {
  readonly size: number;
  readonly onSize: (size: number) => void;
}) {
  return (
    <div class="row">
      <span>{say(text.size)}</span>
      {[3, 5].map((one) => (
        <Button key={one} kind="small" pressed={size === one} onClick={() => onSize(one)}>
          {`${one} × ${one}`}
        </Button>
      ))}
    </div>
  );
}

function PaddedPicture({
  source,
  channel,
  padding,
  frame,
  onPoint,
}: {
  readonly source: Picture;
  readonly channel: number;
  readonly padding: number;
  readonly frame: { readonly left: number; readonly top: number; readonly reach: number };
  readonly onPoint: (x: number, y: number) => void;
}) {
  const [width, height] = [source.width + 2 * padding, source.height + 2 * padding];
  const values = channelOf(source, channel);
  const padded = new Float32Array(width * height);
  for (let y = 0; y < source.height; y++) {
    for (let x = 0; x < source.width; x++) {
      padded[(y + padding) * width + x + padding] = values[y * source.width + x];
    }
  }
  const { left, top, reach } = frame;
  return (
    <Matrix
      values={padded}
      width={width}
      height={height}
      colors={light}
      label={say(text.input, { w: source.width, h: source.height })}
      frames={[
        { x: left + padding, y: top + padding, width: reach, height: reach },
        ...(padding > 0
          ? [
              {
                x: padding,
                y: padding,
                width: source.width,
                height: source.height,
                color: '#4aa3d8',
              },
            ]
          : []),
      ]}
      onPoint={onPoint}
    />
  );
}

function OutputMap({
  out,
  which,
  cell: [x, y],
  onPoint,
}: {
  readonly out: Output;
  readonly which: number;
  readonly cell: readonly [number, number];
  readonly onPoint?: (x: number, y: number) => void;
}) {
  const map = out.maps[which] ?? out.maps[0];
  const most = map.reduce((a, b) => Math.max(a, Math.abs(b)), 0) || 1;
  return (
    <Matrix
      values={map}
      width={out.width}
      height={out.height}
      range={[-most, most]}
      colors={signed}
      label={say(text.output, { w: out.width, h: out.height })}
      frames={[{ x, y, width: 1, height: 1, color: '#111' }]}
      onPoint={onPoint ?? (() => {})}
    />
  );
}

/** What is multiplied and added at one position, channel by channel. */
function Products({
  source,
  setup,
  which,
  left,
  top,
  sum,
}: {
  readonly source: Picture;
  readonly setup: {
    readonly kernels: readonly Kernel[];
    readonly size: number;
    readonly dilation: number;
  };
  readonly which: number;
  readonly left: number;
  readonly top: number;
  readonly sum: number;
}) {
  const { kernels, size, dilation } = setup;
  return (
    <div class="products">
      {kernels[which].map((weights, c) => {
        const below = Array.from({ length: size * size }, (_, i) => {
          const x = left + (i % size) * dilation;
          const y = top + Math.floor(i / size) * dilation;
          const inside = x >= 0 && y >= 0 && x < source.width && y < source.height;
          return inside ? source.data[(y * source.width + x) * source.channels + c] : 0;
        });
        const products = below.map((value, i) => value * weights[i]);
        return (
          <div class="product-row" key={`${c + 1}`}>
            {source.channels > 1 && <b>{say(text.channels[c])}</b>}
            <ValueGrid
              values={below}
              width={size}
              range={[0, 1]}
              colors={light}
              label={say(text.below)}
            />
            <span class="sign">×</span>
            <ValueGrid values={weights} width={size} range={[-2, 2]} label={say(text.kernel)} />
            <span class="sign">=</span>
            <ValueGrid values={products} width={size} range={[-2, 2]} label={say(text.products)} />
          </div>
        );
      })}
      <p class="sum">
        {say(text.sum)}: <b>{short(sum)}</b>
      </p>
    </div>
  );
}
