import { asTensor, cast, squeeze, type TensorLike } from '../ops/index.ts';
import { formatShape, ShapeError, sameShape, type Tensor } from '../tensor/index.ts';

/** Labels that are numbers of classes, int32, of the predictions' shape without the classes. */
export function classNumbers(op: string, yTrue: TensorLike, predictions: Tensor): Tensor {
  const given = asTensor(op, yTrue);
  const labels =
    given.rank === predictions.rank && given.shape.at(-1) === 1 ? squeeze(given, -1) : given;
  if (!sameShape(labels.shape, predictions.shape.slice(0, -1))) {
    throw new ShapeError(
      `${op}: labels of shape ${formatShape(given.shape)} do not fit predictions of shape ` +
        `${formatShape(predictions.shape)}; expected ${formatShape(predictions.shape.slice(0, -1))}`,
    );
  }
  return cast(labels, 'int32');
}
