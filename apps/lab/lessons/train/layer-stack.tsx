import type { Signal } from '@preact/signals';
import { Button } from '../../parts/controls.tsx';
import { say } from '../../shell/language.ts';
import type { Activation, LayerKind, LayerRow, LayerSpec } from './specs.ts';
import { text } from './text.ts';

/** What a layer is when it is added. */
const fresh: Record<LayerKind, LayerSpec> = {
  conv: { kind: 'conv', filters: 16, size: 3, same: false, activation: 'relu' },
  maxPool: { kind: 'maxPool', size: 2 },
  avgPool: { kind: 'avgPool', size: 2 },
  dropout: { kind: 'dropout', rate: 0.25 },
  batchNorm: { kind: 'batchNorm' },
  flatten: { kind: 'flatten' },
  dense: { kind: 'dense', units: 64, activation: 'relu' },
};
const kinds = Object.keys(fresh) as LayerKind[];
const activations: readonly Activation[] = ['relu', 'tanh', 'sigmoid', 'linear'];

/** The stack of layers, to be changed; beside each what comes out of it and what it has to learn. */
export function LayerStack({
  specs,
  rows,
}: {
  readonly specs: Signal<readonly LayerSpec[]>;
  readonly rows: readonly LayerRow[];
}) {
  const list = specs.value;
  const set = (index: number, spec: LayerSpec): void => {
    specs.value = list.map((one, i) => (i === index ? spec : one));
  };
  const swap = (a: number, b: number): void => {
    const next = [...list];
    [next[a], next[b]] = [next[b], next[a]];
    specs.value = next;
  };
  return (
    <div class="scroll">
      <table class="stack-table">
        <thead>
          <tr>
            <th>{say(text.layer)}</th>
            <th>{say(text.settings)}</th>
            <th>{say(text.shape)}</th>
            <th class="number">{say(text.parameters)}</th>
            <th />
          </tr>
        </thead>
        <tbody>
          <tr class="fixed">
            <td>{say(text.inputRow)}</td>
            <td />
            <td>28 × 28 × 1</td>
            <td class="number">0</td>
            <td />
          </tr>
          {list.map((spec, i) => (
            <tr key={`${i + 1}`} class={i >= rows.length ? 'unfit' : ''}>
              <td>{say(text.kinds[spec.kind])}</td>
              <td>
                <Settings spec={spec} onChange={(next) => set(i, next)} />
              </td>
              <Outcome row={rows[i]} />
              <td class="moves">
                <Move
                  label={say(text.up, { name: say(text.kinds[spec.kind]) })}
                  disabled={i === 0}
                  onClick={() => swap(i, i - 1)}
                >
                  ↑
                </Move>
                <Move
                  label={say(text.down, { name: say(text.kinds[spec.kind]) })}
                  disabled={i === list.length - 1}
                  onClick={() => swap(i, i + 1)}
                >
                  ↓
                </Move>
                <Move
                  label={say(text.remove, { name: say(text.kinds[spec.kind]) })}
                  onClick={() => {
                    specs.value = list.filter((_, at) => at !== i);
                  }}
                >
                  ×
                </Move>
              </td>
            </tr>
          ))}
          <tr class={rows.length > list.length ? 'fixed' : 'fixed unfit'}>
            <td>{say(text.outputRow)}</td>
            <td />
            <Outcome row={rows[list.length]} />
            <td />
          </tr>
        </tbody>
        <tfoot>
          <tr>
            <td>{say(text.total)}</td>
            <td />
            <td />
            <td class="number">
              {rows.reduce((sum, { parameters }) => sum + parameters, 0).toLocaleString('en')}
            </td>
            <td />
          </tr>
        </tfoot>
      </table>
      <div class="row presets add-layer">
        <span>{say(text.add)}</span>
        {kinds.map((kind) => (
          <Button
            key={kind}
            kind="small"
            disabled={list.length >= 20}
            onClick={() => {
              specs.value = [...list, fresh[kind]];
            }}
          >
            {say(text.kinds[kind])}
          </Button>
        ))}
      </div>
    </div>
  );
}

function Move({
  label,
  disabled = false,
  onClick,
  children,
}: {
  readonly label: string;
  readonly disabled?: boolean;
  readonly onClick: () => void;
  readonly children: string;
}) {
  return (
    <button type="button" class="move" aria-label={label} disabled={disabled} onClick={onClick}>
      {children}
    </button>
  );
}

function Outcome({ row }: { readonly row: LayerRow | undefined }) {
  return (
    <>
      <td>{row ? row.shape.join(' × ') : '–'}</td>
      <td class="number">{row ? row.parameters.toLocaleString('en') : '–'}</td>
    </>
  );
}

function Settings({
  spec,
  onChange,
}: {
  readonly spec: LayerSpec;
  readonly onChange: (spec: LayerSpec) => void;
}) {
  switch (spec.kind) {
    case 'conv':
      return (
        <>
          <Whole
            label={say(text.filters)}
            value={spec.filters}
            most={128}
            onChange={(filters) => onChange({ ...spec, filters })}
          />
          <Whole
            label={say(text.size)}
            value={spec.size}
            most={11}
            onChange={(size) => onChange({ ...spec, size })}
          />
          <label>
            <input
              type="checkbox"
              checked={spec.same}
              onChange={({ currentTarget }) => onChange({ ...spec, same: currentTarget.checked })}
            />
            {say(text.same)}
          </label>
          <Activate
            value={spec.activation}
            onChange={(activation) => onChange({ ...spec, activation })}
          />
        </>
      );
    case 'maxPool':
    case 'avgPool':
      return (
        <Whole
          label={say(text.size)}
          value={spec.size}
          most={8}
          onChange={(size) => onChange({ ...spec, size })}
        />
      );
    case 'dropout':
      return (
        <label>
          {say(text.rate)}
          <input
            type="number"
            min={0}
            max={0.9}
            step={0.05}
            value={spec.rate}
            onChange={({ currentTarget }) => {
              const rate = Number(currentTarget.value);
              if (rate >= 0 && rate < 1) onChange({ ...spec, rate });
            }}
          />
        </label>
      );
    case 'dense':
      return (
        <>
          <Whole
            label={say(text.units)}
            value={spec.units}
            most={1024}
            onChange={(units) => onChange({ ...spec, units })}
          />
          <Activate
            value={spec.activation}
            onChange={(activation) => onChange({ ...spec, activation })}
          />
        </>
      );
    case 'batchNorm':
    case 'flatten':
      return null;
  }
}

function Whole({
  label,
  value,
  most,
  onChange,
}: {
  readonly label: string;
  readonly value: number;
  readonly most: number;
  readonly onChange: (value: number) => void;
}) {
  return (
    <label>
      {label}
      <input
        type="number"
        min={1}
        max={most}
        value={value}
        onChange={({ currentTarget }) => {
          const next = Number(currentTarget.value);
          if (Number.isInteger(next) && next >= 1 && next <= most) onChange(next);
          else currentTarget.value = String(value);
        }}
      />
    </label>
  );
}

function Activate({
  value,
  onChange,
}: {
  readonly value: Activation;
  readonly onChange: (value: Activation) => void;
}) {
  return (
    <select
      aria-label={say(text.activation)}
      value={value}
      onChange={({ currentTarget }) => onChange(currentTarget.value as Activation)}
    >
      {activations.map((one) => (
        <option key={one} value={one} selected={one === value}>
          {one}
        </option>
      ))}
    </select>
  );
}
