import { factory, number, withOptions } from '../config/index.ts';
import { L1L2 } from '../regularizers/index.ts';
import type { Tensor } from '../tensor/index.ts';
import { SameShapeLayer } from './same-shape-layer.ts';

const Base = withOptions(SameShapeLayer, { l1: number(0, { min: 0 }), l2: number(0, { min: 0 }) }, [
  'l1',
  'l2',
]);

/** Gives its input and adds a penalty on it to the loss. */
export class ActivityRegularization extends Base {
  static override readonly className = 'ActivityRegularization';
  override supportsMasking = true;

  constructor(...args: ConstructorParameters<typeof Base>) {
    super(...args);
    this.activityRegularizer = new L1L2({ l1: this.l1, l2: this.l2 });
  }

  override call(x: Tensor): Tensor {
    return x;
  }

  override getConfig() {
    const { activityRegularizer: _, ...config } = super.getConfig();
    return config;
  }
}

/** Makes an {@link ActivityRegularization}. */
export const activityRegularization = factory(ActivityRegularization);
