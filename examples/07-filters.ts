// A filter is a small table of numbers that is laid on every place of an image; where the image looks like the table, the sum of
// the products is large. Networks learn their filters; these are made by hand.
import { ops, tensor, zeros } from 'gradus';

const side = 8;
// A bright square on dark ground.
const image = tensor(
  Array.from({ length: side }, (_, row) =>
    Array.from({ length: side }, (_, column) =>
      Number(row > 1 && row < 6 && column > 1 && column < 6),
    ),
  ),
);
const filters = {
  'upright edges': [
    [-1, 0, 1],
    [-2, 0, 2],
    [-1, 0, 1],
  ],
  'level edges': [
    [-1, -2, -1],
    [0, 0, 0],
    [1, 2, 1],
  ],
  blurred: [
    [1 / 9, 1 / 9, 1 / 9],
    [1 / 9, 1 / 9, 1 / 9],
    [1 / 9, 1 / 9, 1 / 9],
  ],
  outlines: [
    [0, -1, 0],
    [-1, 4, -1],
    [0, -1, 0],
  ],
};
const apply = (filter: number[][]) =>
  ops
    .conv2d(image.reshape([1, side, side, 1]), tensor(filter).reshape([3, 3, 1, 1]), {
      padding: 'same',
    })
    .reshape([side, side]);

const draw = (rows: number[][]) =>
  rows
    .map((row) =>
      row
        .map((value) => (Math.abs(value) < 0.05 ? '   .' : value.toFixed(1).padStart(4)))
        .join(' '),
    )
    .join('\n');
for (const [name, filter] of Object.entries(filters)) {
  console.log(`${name}:\n${draw(apply(filter).toArray() as number[][])}\n`);
}

// Where the image is the same all over, an edge filter says nothing; at the left edge of the square it says 4.
const upright = apply(filters['upright edges']).toArray() as number[][];
if (upright[4][4] !== 0 || upright[4][1] !== 4 || upright[4][6] !== -4)
  throw new Error('no edges found');
if (ops.max(ops.abs(ops.conv2d(zeros([1, 4, 4, 1]), zeros([3, 3, 1, 1])))).item() !== 0) {
  throw new Error('something was made of nothing');
}
