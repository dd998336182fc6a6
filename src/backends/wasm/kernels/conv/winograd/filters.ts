import { panelColumns, type Value } from '../../../builder/index.ts';
import type { KernelSpec, PhaseList } from '../../../phases.ts';
import { up } from '../../layout.ts';
import { frequencies, type KernelSide } from './pieces.ts';
import { filterLine, transformSquare } from './transforms.ts';

/** How a filter [ky, kx, c, o] lies: strides in elements; a turned filter has negative tap strides. */
export interface FilterLayout {
  readonly kernel: KernelSide;
  readonly tapRow: number;
  readonly tapColumn: number;
  readonly channel: number;
  readonly filter: number;
}

/** Transformed filters, [36][filters / panel][channels][panel]; gives their address. */
export function emitWinogradFilters(
  channels: number,
  filters: number,
  layout: FilterLayout,
  address: number,
  phases: PhaseList,
): number {
  const panel = panelColumns(phases.target);
  const perTask = Math.max(1, Math.ceil(512 / up(filters, panel)));
  const kernel = filterKernel(channels, filters, layout, perTask);
  const bytes = frequencies * up(filters, panel) * channels * 4;
  return phases.prepare(address, bytes, (out) =>
    phases.run(kernel, [address, out], Math.ceil(channels / perTask)),
  );
}

function filterKernel(
  channels: number,
  filters: number,
  layout: FilterLayout,
  perTask: number,
): KernelSpec {
  return {
    key: `winogradFilter|${channels}|${filters}|${Object.values(layout)}|${perTask}`,
    write: (b) => {
      const [from, out] = [b.arg(0), b.arg(1)];
      const panel = panelColumns(b.target);
      const panels = Math.ceil(filters / panel);
      const panelBytes = channels * panel * 4;
      const first = b.let(b.task.mul(perTask));
      const last = b.let(first.add(perTask));
      b.set(last, last.lt(channels).select(last, b.i32(channels)));
      b.for(first, last, 1, (c) => {
        const square = (at: Value, to: Value, lanes: number) => {
          const tap = (row: number, column: number): Value => {
            const address = at.add((row * layout.tapRow + column * layout.tapColumn) * 4);
            return layout.filter === 1
              ? b.loadFirst(lanes, b.let(address))
              : b.gather(lanes, b.let(address), layout.filter * 4);
          };
          transformSquare(
            b,
            layout.kernel,
            filterLine(layout.kernel),
            tap,
            (row, column, value) => {
              b.store(to, (row * 6 + column) * panels * panelBytes, value);
            },
          );
        };
        const source = b.let(from.add(c.mul(layout.channel * 4)));
        const target = b.let(out.add(c.mul(panel * 4)));
        for (let v = 0; v < panel; v += b.lanes) {
          const at = b.let(source.add(v * layout.filter * 4));
          const to = b.let(target.add(v * 4));
          const whole =
            Math.floor((filters - v) / panel) + ((filters - v) % panel >= b.lanes ? 1 : 0);
          if (whole > 0) {
            b.for(0, whole, 1, () => {
              square(at, to, b.lanes);
              b.set(at, at.add(panel * layout.filter * 4));
              b.set(to, to.add(panelBytes));
            });
          }
          if (whole < panels) {
            const lanes = Math.min(b.lanes, Math.max(0, filters - (panels - 1) * panel - v));
            if (lanes > 0) square(at, to, lanes);
            else {
              for (let f = 0; f < frequencies; f++) b.store(to, f * panels * panelBytes, b.zero());
            }
          }
        }
      });
    },
  };
}
