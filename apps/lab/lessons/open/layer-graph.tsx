import { useSignal } from '@preact/signals';
import { Button, Card } from '../../parts/controls.tsx';
import { say } from '../../shell/language.ts';
import type { LayerRow } from './engine.ts';
import { text } from './text.ts';

/** Rows that are shown at first. */
const few = 60;
/** Points of the drawing beside a row. */
const [rowHeight, laneWidth, rail] = [44, 70, 56];

/** The layers of a model, one below the other, with bows where a result goes past the next layer. */
export function LayerGraph({ layers }: { readonly layers: readonly LayerRow[] }) {
  const all = useSignal(false);
  const rows = all.value ? layers : layers.slice(0, few);
  const middle = (row: number): number => row * rowHeight + rowHeight / 2;
  const edges = rows.flatMap(({ from }, to) =>
    from.filter((row) => row >= 0 && row < to).map((row) => [row, to] as const),
  );
  return (
    <Card
      wide
      title={say(text.layers, { n: layers.length })}
      note={edges.length > 0 ? say(text.layersNote) : undefined}
    >
      <div class={`graph ${edges.length > 0 ? '' : 'unknown'}`}>
        {edges.length > 0 && (
          <svg
            viewBox={`0 0 ${laneWidth} ${rows.length * rowHeight}`}
            width={laneWidth}
            height={rows.length * rowHeight}
            aria-hidden="true"
          >
            {edges.map(([from, to]) => (
              <path
                key={`${from} ${to}`}
                class={to - from === 1 ? 'near' : 'far'}
                d={edge(middle(from), middle(to), to - from)}
              />
            ))}
            {rows.map(({ name, parameters }, row) => (
              <circle
                key={`${row} ${name}`}
                class={parameters ? 'learns' : ''}
                cx={rail}
                cy={middle(row)}
                r="6"
              />
            ))}
          </svg>
        )}
        <ol>
          {rows.map((layer, row) => (
            <li
              key={`${row} ${layer.name}`}
              style={{ height: `${rowHeight}px`, paddingLeft: `${layer.level * 1.4}rem` }}
            >
              <span class="what">
                <b>{layer.kind}</b> <span class="name">{layer.name}</span>
                {layer.from.some((at) => at !== row - 1) && (
                  <span class="hidden">
                    {say(text.takesFrom, {
                      names: layer.from.map((at) => layers[at]?.name ?? '').join(', '),
                    })}
                  </span>
                )}
                <small>{layer.options}</small>
              </span>
              <span class="shape">{layer.shape}</span>
              <span class="number">
                {layer.parameters ? layer.parameters.toLocaleString('en') : ''}
              </span>
            </li>
          ))}
        </ol>
      </div>
      {layers.length > rows.length && (
        <Button
          onClick={() => {
            all.value = true;
          }}
        >
          {say(text.more, { n: layers.length })}
        </Button>
      )}
    </Card>
  );
}

/** A straight line to the next layer, a bow past others. */
function edge(from: number, to: number, rows: number): string {
  if (rows === 1) return `M${rail} ${from}V${to}`;
  const out = Math.max(4, rail - 12 - 7 * Math.sqrt(rows));
  const turn = Math.min(26, (to - from) / 2);
  return `M${rail} ${from}Q${out} ${from} ${out} ${from + turn}V${to - turn}Q${out} ${to} ${rail} ${to}`;
}
