import { ValueError } from '../../tensor/index.ts';
import { type Arguments, byName } from '../arguments.ts';
import { WeightDecay } from '../regularizer.ts';
import { Initializer } from './initializer/initializer.ts';

/** Arguments of a `ParamAttr`. */
export interface ParamAttrArguments {
  /** Name of the parameter; given by its layer by default. */
  readonly name: string;
  readonly initializer: Initializer;
  /** Factor of the optimizer's learning rate; 1 by default. */
  readonly learningRate: number;
  /** A penalty in place of the optimizer's own. */
  readonly regularizer: WeightDecay;
  /** Whether training changes it; true by default. */
  readonly trainable: boolean;
  readonly doModelAverage: boolean;
  /** Whether clipping of gradients counts it; true by default. */
  readonly needClip: boolean;
}

const order = [
  'name',
  'initializer',
  'learningRate',
  'regularizer',
  'trainable',
  'doModelAverage',
  'needClip',
] as const;

/**
 * What a layer's parameter is to be like.
 * @example new nn.Linear(4, 2, { weightAttr: new paddle.ParamAttr({ regularizer: new paddle.regularizer.L2Decay(0.1) }) });
 */
export class ParamAttr {
  readonly name: string | null;
  readonly initializer: Initializer | null;
  readonly learningRate: number;
  readonly regularizer: WeightDecay | null;
  readonly trainable: boolean;
  readonly doModelAverage: boolean;
  readonly needClip: boolean;

  constructor(...args: Arguments<ParamAttrArguments, typeof order>) {
    const given = byName<ParamAttrArguments>('ParamAttr', order, args);
    this.name = given.name ?? null;
    this.initializer = given.initializer ?? null;
    this.learningRate = given.learningRate ?? 1;
    this.regularizer = given.regularizer ?? null;
    this.trainable = given.trainable ?? true;
    this.doModelAverage = given.doModelAverage ?? true;
    this.needClip = given.needClip ?? true;
    if (this.name === '') throw new ValueError('ParamAttr: name must not be empty');
    if (this.initializer && !(this.initializer instanceof Initializer)) {
      throw new ValueError('ParamAttr: initializer must be one of nn.initializer');
    }
  }
}

/** What is taken for attributes: a name, an initializer or a regularizer alone; false for no parameter; null for defaults. */
export type ParamAttrLike = ParamAttr | string | Initializer | WeightDecay | boolean | null;

/** Attributes, or null for no parameter. */
export function toParamAttr(attr: ParamAttrLike | undefined): ParamAttr | null {
  if (attr === false) return null;
  if (attr === undefined || attr === null || attr === true || attr === '') return new ParamAttr();
  if (attr instanceof ParamAttr) return attr;
  if (typeof attr === 'string') return new ParamAttr({ name: attr });
  if (attr instanceof Initializer) return new ParamAttr({ initializer: attr });
  if (attr instanceof WeightDecay) return new ParamAttr({ regularizer: attr });
  throw new ValueError(
    'ParamAttr: expected a ParamAttr, a name, an initializer, a regularizer, false or null',
  );
}
