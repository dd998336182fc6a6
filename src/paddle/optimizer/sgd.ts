import { type Arguments, byName } from '../arguments.ts';
import { type Formulas, Optimizer, type OptimizerArguments } from './optimizer.ts';

const order = [
  'learningRate',
  'parameters',
  'weightDecay',
  'gradClip',
  'multiPrecision',
  'name',
] as const;

/**
 * Gradient descent: `w - rate * g`.
 * @example new paddle.optimizer.SGD({ learningRate: 0.01, parameters: model.parameters() })
 */
export class SGD extends Optimizer {
  constructor(...args: Arguments<OptimizerArguments, typeof order>) {
    const given = byName<OptimizerArguments>('SGD', order, args);
    super({ ...given, learningRate: given.learningRate ?? 0.001 }, {});
  }

  protected override rule({ w, g }: Formulas, { rate }: Formulas): Formulas {
    return { w: w.sub(g.mul(rate)) };
  }
}
