import { type KernelBuilder, panelColumns, type Value } from '../../../builder/index.ts';
import type { KernelSpec, PhaseList } from '../../../phases.ts';
import { overChannels } from '../../channels.ts';
import { FormulaWriter } from '../../formula.ts';
import { maximumOf } from '../../maxima.ts';
import { accumulate, newTile, storeTile } from '../../tile.ts';
import { describe } from '../geometry.ts';
import {
  edgeBytes,
  frequencies,
  overPieces,
  type Piece,
  planeBytes,
  type Sizes,
  sizesOf,
  transformInput,
  type WinogradConv,
} from './pieces.ts';
import { outputLine, transformSquare } from './transforms.ts';

/** Where the operands of a convolution lie; 0 for what there is not. */
interface Addresses {
  readonly x: number;
  /** Transformed filters. */
  readonly filters: number;
  readonly bias?: number;
  readonly y: number;
  /** Maxima of the output's 2x2 squares, and their places. */
  readonly pooled?: number;
  readonly places?: number;
  /** What the activation has as its input 1. */
  readonly beside?: number;
}

export function emitWinogradConv(
  conv: WinogradConv,
  { x, filters, bias = 0, y, pooled = 0, places = 0, beside = 0 }: Addresses,
  phases: PhaseList,
): void {
  const sizes = sizesOf(conv, phases.target);
  phases.run(
    convKernel(conv, sizes),
    [x, filters, bias, y, pooled, places, beside],
    Math.ceil(sizes.pieces / sizes.perTask),
  );
}

function convKernel(conv: WinogradConv, sizes: Sizes): KernelSpec {
  const { perTask, channelRow, filterRow } = sizes;
  const products = frequencies * planeBytes(perTask, channelRow);
  return {
    key: `winograd|${describe(conv)}`,
    scratch: products + frequencies * planeBytes(perTask, filterRow) + edgeBytes(conv),
    write: (b) => {
      const [x, filters, ...outputs] = [0, 1, 2, 3, 4, 5, 6].map((i) => b.arg(i));
      const transformed = b.let(b.scratch);
      const summed = b.let(b.scratch.add(products));
      const edge = b.let(summed.add(frequencies * planeBytes(perTask, filterRow)));
      overPieces(b, sizes, (piece, local) =>
        transformInput(b, conv, sizes, x, piece, edge, transformed, local),
      );
      multiply(b, perTask, conv.channels, filterRow, channelRow, transformed, filters, summed);
      overPieces(b, sizes, (piece, local) =>
        transformOutput(
          b,
          conv,
          sizes,
          piece,
          b.let(summed.add(local.mul(filterRow * 4))),
          outputs,
        ),
      );
    },
  };
}

/** M[f] = V[f] U[f] for all frequencies: rows are pieces, columns panels of filters. */
export function multiply(
  b: KernelBuilder,
  perTask: number,
  depth: number,
  columns: number,
  leftRow: number,
  left: Value,
  right: Value,
  out: Value,
): void {
  const panel = panelColumns(b.target);
  const { tileRows } = b.target;
  const leftAt = b.let(left);
  const rightAt = b.let(right);
  const outAt = b.let(out);
  b.for(0, frequencies, 1, () => {
    b.for(0, columns, panel, (column) => {
      const rowAt = b.let(leftAt);
      const to = b.let(outAt.add(column.shl(2)));
      b.for(0, perTask, tileRows, () => {
        const tile = newTile(b, tileRows, panel);
        accumulate(
          b,
          tile,
          {
            left: b.let(rowAt),
            leftRow: leftRow * 4,
            leftStep: 4,
            right: b.let(rightAt),
            rightStep: panel * 4,
            padded: true,
          },
          depth,
        );
        storeTile(b, tile, to, columns * 4);
        b.set(rowAt, rowAt.add(tileRows * leftRow * 4));
        b.set(to, to.add(tileRows * columns * 4));
      });
      b.set(rightAt, rightAt.add(depth * panel * 4));
    });
    b.set(leftAt, leftAt.add(planeBytes(perTask, leftRow)));
    b.set(outAt, outAt.add(planeBytes(perTask, columns)));
  });
}

/** y = activation(A' M A + bias), where the piece lies inside the output, and the maxima of its 2x2 squares. */
function transformOutput(
  b: KernelBuilder,
  conv: WinogradConv,
  sizes: Sizes,
  piece: Piece,
  from: Value,
  [bias, y, pooled, places, beside]: readonly Value[],
): void {
  const { outHeight, outWidth, filters, activation } = conv;
  const { step } = sizes;
  const plane = planeBytes(sizes.perTask, sizes.filterRow);
  const pixel = filters * 4;
  const to = b.let(
    y.add(piece.image.mul(outHeight).add(piece.top).mul(outWidth).add(piece.left).mul(pixel)),
  );
  const square = b.let(
    piece.image
      .mul(outHeight / 2)
      .add(piece.top.shrU(1))
      .mul(outWidth / 2)
      .add(piece.left.shrU(1))
      .mul(pixel),
  );
  const rowsInside = outHeight % step ? b.let(b.i32(outHeight).sub(piece.top)) : null;
  const columnsInside = outWidth % step ? b.let(b.i32(outWidth).sub(piece.left)) : null;
  overChannels(b, filters, (offset, lanes) => {
    const at = b.let(from.add(offset));
    const target = b.let(to.add(offset));
    const [pooledTarget, placesTarget] = [pooled, places].map((base) =>
      b.let(base.add(square).add(offset)),
    );
    const other = conv.beside ? b.let(target.sub(y).add(beside)) : null;
    const results: Value[] = [];
    const added = conv.bias ? b.let(b.loadFirst(lanes, bias.add(offset))) : null;
    transformSquare(
      b,
      6,
      outputLine(conv.kernel),
      (r, c) => b.load('f32v', at, (r * 6 + c) * plane),
      (r, c, value) => {
        const sum = b.let(added ? value.add(added) : value);
        const place = (r * outWidth + c) * pixel;
        const activated = (...others: Value[]): Value =>
          activation
            ? b.let(new FormulaWriter(b, 'f32v', [sum, ...others]).write(activation))
            : sum;
        const result = conv.beside ? sum : activated();
        results.push(result);
        const put = () => {
          if (other) {
            const value = activated(b.let(b.loadFirst(lanes, other, place)));
            b.storeFirst(lanes, target, place, value);
          } else if (conv.pooling === 'none' || conv.pooling === 'too')
            b.storeFirst(lanes, target, place, result);
          if (conv.pooling !== 'none' && r % 2 === 1 && c % 2 === 1) {
            const cells = [-step - 1, -step, -1].map((back) => results[r * step + c + back]);
            const wantsPlace = conv.pooling === 'places';
            const found = maximumOf(b, [...cells, result], wantsPlace);
            const shift = (((r - 1) / 2) * (outWidth / 2) + (c - 1) / 2) * pixel;
            b.storeFirst(lanes, pooledTarget, shift, found.maximum);
            if (found.place) b.storeFirst(lanes, placesTarget, shift, found.place);
          }
        };
        const conditions = [rowsInside?.gt(r), columnsInside?.gt(c)].filter((v) => v !== undefined);
        if (conditions.length)
          b.if(
            conditions.reduce((p, q) => p.and(q)),
            put,
          );
        else put();
      },
    );
  });
}
