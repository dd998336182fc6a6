import { flatten } from '../../manipulation.ts';
import * as nn from '../../nn/index.ts';
import type { Tensor } from '../../tensor.ts';

/**
 * LeNet as Paddle has it, for images [n, 1, 28, 28] (after LeCun, Bottou, Bengio, Haffner, "Gradient-Based Learning Applied to
 * Document Recognition", 1998).
 * @example const model = new paddle.vision.models.LeNet();
 */
export class LeNet extends nn.Layer {
  readonly features: nn.Sequential;
  readonly fc: nn.Sequential | null;

  constructor(numClasses = 10) {
    super();
    this.features = new nn.Sequential(
      new nn.Conv2D(1, 6, 3, { stride: 1, padding: 1 }),
      new nn.ReLU(),
      new nn.MaxPool2D(2, 2),
      new nn.Conv2D(6, 16, 5, { stride: 1, padding: 0 }),
      new nn.ReLU(),
      new nn.MaxPool2D(2, 2),
    );
    this.fc =
      numClasses > 0
        ? new nn.Sequential(
            new nn.Linear(400, 120),
            new nn.Linear(120, 84),
            new nn.Linear(84, numClasses),
          )
        : null;
  }

  override forward(x: Tensor): Tensor {
    const features: Tensor = this.features.call(x);
    return this.fc ? this.fc.call(flatten(features, 1)) : features;
  }
}
