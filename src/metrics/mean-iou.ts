import { requiredInteger, withOptions } from '../config/index.ts';
import { IoUBase } from './iou-base.ts';

const Base = withOptions(IoUBase, { numClasses: requiredInteger() }, ['numClasses']);

/** Mean over all classes of the intersection of regions over their union. */
export class MeanIoU extends Base {
  static override readonly className: string = 'MeanIoU';

  constructor(...args: ConstructorParameters<typeof Base>) {
    super(...args);
    this.makeMatrix();
  }

  protected override targets(): readonly number[] {
    return Array.from({ length: this.numClasses }, (_, i) => i);
  }
}
