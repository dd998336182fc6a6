import { boolean, omitted, withOptions } from '../config/index.ts';
import { MeanIoU } from './mean-iou.ts';

/** {@link MeanIoU} of one-hot labels and scores of the classes. */
export class OneHotMeanIoU extends withOptions(
  MeanIoU,
  {
    sparseYTrue: omitted(boolean(false)),
    sparseYPred: boolean(false),
  },
  ['numClasses'],
) {
  static override readonly className = 'OneHotMeanIoU';
}
