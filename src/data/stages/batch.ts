import { stack } from '../../ops/index.ts';
import {
  allocateArray,
  DTypeError,
  dtypes,
  formatShape,
  runInScope,
  Scope,
  ShapeError,
  sameShape,
  sizeOf,
  Tensor,
} from '../../tensor/index.ts';
import { checkSameForm, leavesOf, withLeaves } from '../element.ts';
import { arrayLeaf, type HostLeaf, joinSparse, type Leaf, toTensor } from '../leaf.ts';
import { dropItems, type Item, isWait, type Steps } from '../steps.ts';

/** Joins elements to batches of `size`. */
export function* batched(source: Steps, size: number, dropRemainder: boolean): Steps {
  let items: Item[] = [];
  try {
    for (const step of source) {
      if (isWait(step)) {
        yield step;
        continue;
      }
      items.push(step);
      if (items.length < size) continue;
      yield joinItems(items);
      items = [];
    }
    if (items.length > 0 && !dropRemainder) yield joinItems(items);
  } finally {
    dropItems(items); // ending twice does nothing
  }
}

/** One element of several: each of its arrays has a first axis more. */
function joinItems(items: readonly Item[]): Item {
  const structures = items.map(({ structure }) => structure);
  checkSameForm('batch', structures);
  const columns = structures.map(leavesOf);
  const scope = new Scope();
  const leaves = columns[0].map((_, i) =>
    runInScope(scope, () => joinLeaves(columns.map((leaves) => leaves[i]))),
  );
  dropItems(items);
  return { structure: withLeaves(structures[0], leaves), scope };
}

function joinLeaves(leaves: readonly Leaf[]): Leaf {
  const [{ dtype, shape }] = leaves;
  leaves.forEach((leaf, i) => {
    if (!sameShape(leaf.shape, shape)) {
      throw new ShapeError(
        `batch: element ${i} has shape ${formatShape(leaf.shape)} but element 0 ` +
          `${formatShape(shape)}; bring them to one shape with map before`,
      );
    }
    if (leaf.dtype !== dtype) {
      throw new DTypeError(`batch: element ${i} is ${leaf.dtype} but element 0 ${dtype}; use cast`);
    }
  });
  const sparse = joinSparse(leaves);
  if (sparse) return sparse;
  if (leaves.some((leaf) => leaf instanceof Tensor)) return stack(leaves.map(toTensor));
  const size = sizeOf(shape);
  const data = allocateArray(dtype, leaves.length * size);
  (leaves as readonly HostLeaf[]).forEach((leaf, i) => {
    leaf.write(data, dtype, i * size * dtypes[dtype].slots);
  });
  return arrayLeaf('batch', { dtype, shape: [leaves.length, ...shape], data });
}
