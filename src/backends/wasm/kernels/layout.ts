import { isRowMajor, rowMajorStrides, sizeOf, type View } from '../../../tensor/index.ts';
import type { PhaseList } from '../phases.ts';
import type { FixedStorage, WasmStorage } from '../storage.ts';

/** The next multiple of `unit`. */
export const up = (n: number, unit: number): number => Math.ceil(n / unit) * unit;

/** Bytes of the widest target's vectors. */
export const mostVectorBytes = 64;

/** Where a view's first element is, in bytes. */
export function addressOf(view: View): number {
  const { address } = view.storage as WasmStorage | FixedStorage;
  const width = view.dtype === 'uint8' || view.dtype === 'bool' ? 1 : 4;
  return address + view.offset * width;
}

/** The same iteration for several views of one shape: fewest axes, innermost last. */
export interface Iteration {
  readonly shape: readonly number[];
  /** One list of strides a view. */
  readonly strides: readonly (readonly number[])[];
}

/**
 * Drops axes of size 1, orders axes by the first view's strides (largest outside) and joins neighbours that are
 * contiguous in all views.
 */
export function collapse(views: readonly View[], shape: readonly number[]): Iteration {
  let axes = shape.map((_, i) => i).filter((i) => shape[i] !== 1);
  const lead = views[0].strides;
  axes = axes.sort((a, b) => Math.abs(lead[b]) - Math.abs(lead[a]) || a - b);
  const sizes: number[] = [];
  const strides: number[][] = views.map(() => []);
  for (const axis of axes) {
    const last = sizes.length - 1;
    const joins =
      last >= 0 && views.every((v, i) => strides[i][last] === v.strides[axis] * shape[axis]);
    if (joins) {
      sizes[last] *= shape[axis];
      views.forEach((v, i) => {
        strides[i][last] = v.strides[axis];
      });
    } else {
      sizes.push(shape[axis]);
      views.forEach((v, i) => {
        strides[i].push(v.strides[axis]);
      });
    }
  }
  return { shape: sizes, strides };
}

/** Elements that a task should have at least, so that handing it over pays. */
const taskElements = 8192;
const mostTasks = 2048;

/** Splits `rows` rows of `width` elements each into tasks: rows per task and number of tasks. */
export function splitRows(rows: number, width: number): { rowsPerTask: number; tasks: number } {
  const fewest = Math.max(1, Math.ceil(taskElements / Math.max(1, width)));
  const rowsPerTask = Math.max(fewest, Math.ceil(rows / mostTasks));
  return { rowsPerTask, tasks: Math.ceil(rows / rowsPerTask) };
}

/** A float32 view, row-major, of memory that lasts for the launch. */
export function scratchView(shape: readonly number[], phases: PhaseList): View {
  const address = phases.scratch(sizeOf(shape) * 4);
  const storage = { address } as unknown as View['storage'];
  return { storage, offset: 0, shape, strides: rowMajorStrides(shape), dtype: 'float32' };
}

/** Whether a view's elements lie one behind the other. */
export const isDense = (view: View): boolean => isRowMajor(view.shape, view.strides);

export const isDenseFloat = (view: View): boolean => view.dtype === 'float32' && isDense(view);
