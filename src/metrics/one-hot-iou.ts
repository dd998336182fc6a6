import { boolean, omitted, withOptions } from '../config/index.ts';
import { IoU } from './iou.ts';

/** {@link IoU} of one-hot labels and scores of the classes. */
export class OneHotIoU extends withOptions(
  IoU,
  {
    sparseYTrue: omitted(boolean(false)),
    sparseYPred: boolean(false),
  },
  ['numClasses', 'targetClassIds'],
) {
  static override readonly className = 'OneHotIoU';
}
