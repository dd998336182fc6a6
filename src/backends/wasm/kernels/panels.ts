import { type KernelBuilder, panelColumns, type Value } from '../builder/index.ts';
import type { KernelSpec, PhaseList } from '../phases.ts';

/** Where a matrix [rows, columns] lies, strides in elements: one of them is 1. */
export interface MatrixLayout {
  readonly rowStride: number;
  readonly columnStride: number;
}

/**
 * Copies one panel [rows][panel columns] of a matrix, zeros beyond the last of its `columns`; `target` may be the
 * scratch memory of a thread or of a launch.
 */
export function writePanel(
  b: KernelBuilder,
  layout: MatrixLayout,
  from: Value,
  to: Value,
  rows: Value | number,
  columns: number,
): void {
  const panel = panelColumns(b.target);
  const { rowStride, columnStride } = layout;
  const source = b.let(from);
  const target = b.let(to);
  const left = b.let(rows);
  const loop = (step: number, body: () => void) => {
    b.if(left.ge(step), () =>
      b.repeat(
        () => {
          body();
          b.set(source, source.add(step * rowStride * 4));
          b.set(target, target.add(step * panel * 4));
          b.set(left, left.sub(step));
        },
        () => left.ge(step),
      ),
    );
  };
  if (columnStride === 1) {
    loop(1, () => {
      for (let c = 0; c < panel; c += b.lanes) {
        const lanes = Math.min(b.lanes, columns - c);
        b.store(target, c * 4, lanes > 0 ? b.loadFirst(lanes, source, c * 4) : b.zero());
      }
    });
    return;
  }
  loop(b.lanes, () => {
    for (let c = 0; c < panel; c += b.lanes) {
      const square = Array.from({ length: b.lanes }, (_, i) =>
        b.let(c + i < columns ? b.load('f32v', source, (c + i) * columnStride * 4) : b.zero()),
      );
      b.transpose(square).forEach((row, i) => {
        b.store(target, (i * panel + c) * 4, row);
      });
    }
  });
  loop(1, () => {
    for (let c = 0; c < panel; c++) {
      b.store(target, c * 4, c < columns ? b.load('f32', source, c * columnStride * 4) : b.f32(0));
    }
  });
}

/** Several matrices of one layout that are packed one behind the other: the taps of a filter. */
export interface PanelSource extends MatrixLayout {
  readonly rows: number;
  readonly columns: number;
  /** Matrices that share each panel, and their distance; negative to go backwards. */
  readonly parts: number;
  readonly partStride: number;
}

/** Packs into panels [columns / panel][parts × rows][panel] and gives their address. */
export function emitPanels(source: PanelSource, address: number, phases: PhaseList): number {
  const panel = panelColumns(phases.target);
  const panels = Math.ceil(source.columns / panel);
  const bytes = panels * source.parts * source.rows * panel * 4;
  return phases.prepare(address, bytes, (out) =>
    phases.run(panelKernel(source), [address, out], panels * source.parts),
  );
}

function panelKernel(source: PanelSource): KernelSpec {
  const { rows, columns, parts, partStride, columnStride } = source;
  return {
    key: `panels|${Object.values(source).join()}`,
    write: (b) => {
      const [from, out] = [b.arg(0), b.arg(1)];
      const panel = panelColumns(b.target);
      const index = b.let(b.task.divU(parts));
      const part = b.let(b.task.remU(parts));
      const at = b.let(from.add(part.mul(partStride * 4)).add(index.mul(panel * columnStride * 4)));
      const to = b.let(out.add(b.task.mul(rows * panel * 4)));
      const tail = columns % panel;
      if (tail === 0) writePanel(b, source, at, to, rows, panel);
      else {
        b.if(
          index.eq(Math.floor(columns / panel)),
          () => writePanel(b, source, at, to, rows, tail),
          () => {
            if (columns > panel) writePanel(b, source, at, to, rows, panel);
          },
        );
      }
    },
  };
}
