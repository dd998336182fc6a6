import { nullable, number, omitted, withDefault, withOptions } from '../config/index.ts';
import { asTensor, cast, greaterEqual, type TensorLike } from '../ops/index.ts';
import { classIds, IoUBase, iouOptions } from './iou-base.ts';

const Base = withOptions(
  IoUBase,
  {
    /** The classes that count: 0 for what is not the region, 1 for what is. */
    targetClassIds: withDefault(classIds(), [0, 1]),
    /** From which prediction on a pixel counts as part of the region; null for predictions of 0 and 1. */
    threshold: withDefault(nullable(number(0.5)), 0.5),
    ignoreClass: omitted(iouOptions.ignoreClass),
    sparseYTrue: omitted(iouOptions.sparseYTrue),
    sparseYPred: omitted(iouOptions.sparseYPred),
    axis: omitted(iouOptions.axis),
  },
  ['targetClassIds', 'threshold'],
);

/** Intersection of a region and its prediction over their union, from labels 0 and 1 and probabilities. */
export class BinaryIoU extends Base {
  static override readonly className = 'BinaryIoU';
  override readonly numClasses = 2;

  constructor(...args: ConstructorParameters<typeof Base>) {
    super(...args);
    this.makeMatrix();
  }

  protected override targets(): readonly number[] {
    return this.targetClassIds;
  }

  override updateState(
    yTrue: TensorLike,
    yPred: TensorLike,
    sampleWeight: TensorLike | null = null,
  ): void {
    const { threshold } = this;
    const given = asTensor(this.name, yPred);
    const decided = threshold === null ? given : cast(greaterEqual(given, threshold), 'int32');
    super.updateState(yTrue, decided, sampleWeight);
  }
}
