// Pooling keeps of each little square the largest number (or the mean): the image shrinks, what was found in it stays, and it no
// longer matters much where exactly it was.
import { ops, tensor } from 'gradus';

const side = 8;
const imageWithDotAt = (row: number, column: number) => {
  const rows = Array.from({ length: side }, () => new Array<number>(side).fill(0));
  rows[row][column] = 1;
  return tensor(rows).reshape([1, side, side, 1]);
};
const pool = (image: ReturnType<typeof tensor>) => ops.maxPool2d(image, 2);

const [a, b] = [imageWithDotAt(2, 4), imageWithDotAt(3, 5)];
console.log('largest of 2 x 2:', pool(a).reshape([4, 4]).toString());
console.log('mean of 2 x 2:', ops.avgPool2d(a, 2).reshape([4, 4]).toString());

const differs = (x: ReturnType<typeof tensor>, y: ReturnType<typeof tensor>) =>
  ops.max(ops.abs(x.sub(y))).item();
console.log(
  'a dot moved by a point changes the image by',
  differs(a, b),
  'and what is pooled by',
  differs(pool(a), pool(b)),
);
if (differs(a, b) !== 1 || differs(pool(a), pool(b)) !== 0) throw new Error('pooling did not help');

// Three times pooled, one number is left of the image: whether there is a dot at all.
const whole = pool(pool(pool(a)));
console.log('shape after three times:', whole.shape, 'value:', whole.item());
if (whole.size !== 1 || whole.item() !== 1) throw new Error('the dot was lost');
