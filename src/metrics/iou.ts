import { required, requiredInteger, withOptions } from '../config/index.ts';
import { classIds, IoUBase } from './iou-base.ts';

const Base = withOptions(
  IoUBase,
  {
    numClasses: requiredInteger(),
    /** The classes that count. */
    targetClassIds: required(classIds()),
  },
  ['numClasses', 'targetClassIds'],
);

/** Mean over some classes of the intersection of regions over their union. */
export class IoU extends Base {
  static override readonly className: string = 'IoU';

  constructor(...args: ConstructorParameters<typeof Base>) {
    super(...args);
    this.makeMatrix();
  }

  protected override targets(): readonly number[] {
    return this.targetClassIds;
  }
}
