import { perAxis } from '../../ops/window/geometry.ts';
import { sizeOf, ValueError } from '../../tensor/index.ts';
import { type Arguments, byName } from '../arguments.ts';
import type { Parameter } from '../parameter.ts';
import type { Tensor } from '../tensor.ts';
import * as F from './functional/index.ts';
import type { Initializer } from './initializer/initializer.ts';
import { Normal } from './initializer/random.ts';
import { Layer } from './layer.ts';
import type { ParamAttrLike } from './param-attr.ts';

/** One size for all axes, or one for each. */
export type Size = number | readonly number[];

/** 'SAME', 'VALID', a size, one for each axis or side, or pairs. */
export type PaddingLike = string | Size | readonly (readonly number[])[];

/** Arguments of the convolutions. */
export interface ConvArguments {
  readonly inChannels: number;
  readonly outChannels: number;
  readonly kernelSize: Size;
  /** Step of the window; 1 by default. */
  readonly stride: Size;
  /** Zeros around the input; 0 by default. */
  readonly padding: PaddingLike;
  /** Distance of the window's cells; 1 by default. */
  readonly dilation: Size;
  /** Groups of channels that do not see each other. */
  readonly groups: number;
  /** What is around the input: 'zeros', 'reflect', 'replicate' or 'circular'. */
  readonly paddingMode: string;
  readonly weightAttr: ParamAttrLike;
  /** false for no bias. */
  readonly biasAttr: ParamAttrLike;
  /** Where the channels are: `'NCHW'` (the default) or `'NHWC'`, with other letters for 1 and 3 axes. */
  readonly dataFormat: string;
}

/** Arguments of the transposed convolutions. */
export interface ConvTransposeArguments extends Omit<ConvArguments, 'paddingMode'> {
  /** Cells added to one side of the output. */
  readonly outputPadding: Size;
}

const required = ['inChannels', 'outChannels', 'kernelSize'] as const;

/** What all convolutions have. */
abstract class ConvNd extends Layer {
  readonly inChannels: number;
  readonly outChannels: number;
  readonly kernelSize: readonly number[];
  readonly stride: readonly number[];
  readonly dilation: readonly number[];
  readonly padding: PaddingLike;
  readonly groups: number;
  readonly dataFormat: string;
  declare weight: Parameter;
  declare bias: Parameter | null;

  constructor(axes: number, dataFormat: string, given: Partial<ConvArguments>) {
    super();
    const { name } = new.target;
    this.inChannels = given.inChannels as number;
    this.outChannels = given.outChannels as number;
    this.kernelSize = perAxis(name, 'kernelSize', given.kernelSize as Size, axes);
    this.stride = perAxis(name, 'stride', given.stride ?? 1, axes);
    this.dilation = perAxis(name, 'dilation', given.dilation ?? 1, axes);
    this.padding = given.padding ?? 0;
    this.groups = given.groups ?? 1;
    this.dataFormat = given.dataFormat ?? dataFormat;
    if (given.weightAttr === false) {
      throw new ValueError(`${name}: weightAttr must not be false; a convolution needs a weight`);
    }
    if (this.inChannels % this.groups !== 0 || this.outChannels % this.groups !== 0) {
      throw new ValueError(
        `${name}: ${this.inChannels} and ${this.outChannels} channels cannot be split into ` +
          `${this.groups} groups`,
      );
    }
  }

  protected makeParameters(
    shape: readonly number[],
    { weightAttr: attr, biasAttr }: Partial<ConvArguments>,
    defaultInitializer: Initializer | null = null,
  ): void {
    this.weight = this.createParameter(shape, { attr, defaultInitializer }) as Parameter;
    this.bias = this.createParameter([this.outChannels], { attr: biasAttr, isBias: true });
  }

  override extraRepr(): string {
    const list = (values: readonly number[]): string => `[${values.join(', ')}]`;
    const parts = [`${this.inChannels}`, `${this.outChannels}`];
    parts.push(`kernel_size=${list(this.kernelSize)}`);
    if (this.stride.some((n) => n !== 1)) parts.push(`stride=${list(this.stride)}`);
    if (this.padding !== 0) parts.push(`padding=${JSON.stringify(this.padding)}`);
    if (this.dilation.some((n) => n !== 1)) parts.push(`dilation=${list(this.dilation)}`);
    if (this.groups !== 1) parts.push(`groups=${this.groups}`);
    parts.push(`data_format=${this.dataFormat}`);
    return parts.join(', ');
  }
}

const convOrder = [
  ...required,
  'stride',
  'padding',
  'dilation',
  'groups',
  'paddingMode',
  'weightAttr',
  'biasAttr',
  'dataFormat',
] as const;

const paddingModes = ['zeros', 'reflect', 'replicate', 'circular'];

/** The base of the convolutions: weight [out, in / groups, …window]. */
abstract class PlainConvNd extends ConvNd {
  readonly paddingMode: string;
  readonly #convolve: Convolve<ConvCall>;
  /** Cells around the input for modes other than zeros: before and after, the last axis first. */
  readonly #around: readonly number[] | null;

  constructor(
    convolve: Convolve<ConvCall>,
    axes: number,
    dataFormat: string,
    args: readonly unknown[],
  ) {
    const given = byName<ConvArguments>(new.target.name, convOrder, args, required);
    super(axes, dataFormat, given);
    const { name } = new.target;
    this.#convolve = convolve;
    this.paddingMode = given.paddingMode ?? 'zeros';
    if (!paddingModes.includes(this.paddingMode)) {
      throw new ValueError(
        `${name}: paddingMode must be one of ${paddingModes.join(', ')}, ` +
          `received '${this.paddingMode}'`,
      );
    }
    if (this.paddingMode !== 'zeros' && !isSize(this.padding)) {
      throw new ValueError(`${name}: paddingMode '${this.paddingMode}' needs padding as a number`);
    }
    const each =
      typeof this.padding === 'number' ? this.kernelSize.map(() => this.padding) : this.padding;
    this.#around =
      this.paddingMode === 'zeros'
        ? null
        : [...(each as readonly number[])].reverse().flatMap((n) => [n, n]);
    const shape = [this.outChannels, this.inChannels / this.groups, ...this.kernelSize];
    const cells = this.inChannels * sizeOf(this.kernelSize);
    this.makeParameters(shape, given, new Normal(0, Math.sqrt(2 / cells)));
  }

  override forward(x: Tensor): Tensor {
    const { bias, stride, dilation, groups, dataFormat } = this;
    const options = { bias, stride, dilation, groups, dataFormat };
    if (!this.#around) return this.#convolve(x, this.weight, { ...options, padding: this.padding });
    const padded = F.pad(x, [...this.#around], { mode: this.paddingMode, dataFormat });
    return this.#convolve(padded, this.weight, { ...options, padding: 0 });
  }
}

const isSize = (padding: PaddingLike): padding is Size =>
  typeof padding === 'number' ||
  (Array.isArray(padding) && padding.every((n) => typeof n === 'number'));

/** A convolution's function. */
type Convolve<Options> = (x: Tensor, weight: Parameter, options: Options) => Tensor;

/** Its options. */
interface ConvCall {
  readonly bias: Parameter | null;
  readonly stride: readonly number[];
  readonly padding: PaddingLike;
  readonly dilation: readonly number[];
  readonly groups: number;
  readonly dataFormat: string;
}

/** A window that slides over one axis: [batch, channels, length]. */
export class Conv1D extends PlainConvNd {
  constructor(...args: Arguments<ConvArguments, typeof convOrder>) {
    super(F.conv1d, 1, 'NCL', args);
  }
}

/**
 * A window that slides over images [batch, channels, height, width]. In memory the channels are last, as the kernels want
 * them; the order of axes is a view.
 * @example new nn.Conv2D(1, 20, 5, { stride: 1, padding: 2 })
 */
export class Conv2D extends PlainConvNd {
  constructor(...args: Arguments<ConvArguments, typeof convOrder>) {
    super(F.conv2d, 2, 'NCHW', args);
  }
}

/** A window that slides over three axes: [batch, channels, depth, height, width]. */
export class Conv3D extends PlainConvNd {
  constructor(...args: Arguments<ConvArguments, typeof convOrder>) {
    super(F.conv3d, 3, 'NCDHW', args);
  }
}

const transposeOrder = [
  ...required,
  'stride',
  'padding',
  'outputPadding',
  'dilation',
  'groups',
  'weightAttr',
  'biasAttr',
  'dataFormat',
] as const;

/** Paddle's order for one axis, which has `groups` before `dilation`. */
const transposeOrder1d = [
  ...required,
  'stride',
  'padding',
  'outputPadding',
  'groups',
  'dilation',
  'weightAttr',
  'biasAttr',
  'dataFormat',
] as const;

/** The base of the transposed convolutions: weight [in, out / groups, …window]. */
abstract class ConvTransposeNd extends ConvNd {
  readonly outputPadding: Size;
  readonly #convolve: Convolve<ConvTransposeCall>;

  constructor(
    convolve: Convolve<ConvTransposeCall>,
    axes: number,
    dataFormat: string,
    args: readonly unknown[],
    order: readonly (keyof ConvTransposeArguments)[] = transposeOrder,
  ) {
    const given = byName<ConvTransposeArguments>(new.target.name, order, args, required);
    super(axes, dataFormat, given);
    this.#convolve = convolve;
    this.outputPadding = given.outputPadding ?? 0;
    const shape = [this.inChannels, this.outChannels / this.groups, ...this.kernelSize];
    this.makeParameters(shape, given);
  }

  /** `outputSize` in place of `outputPadding`: the size of the result along the axes. */
  override forward(x: Tensor, outputSize: Size | null = null): Tensor {
    const { bias, stride, padding, dilation, groups, dataFormat } = this;
    const size = outputSize === null ? { outputPadding: this.outputPadding } : { outputSize };
    const options = { bias, stride, padding, dilation, groups, dataFormat, ...size };
    return this.#convolve(x, this.weight, options);
  }
}

/** Options of a transposed convolution's function; one of the last two is there. */
interface ConvTransposeCall extends ConvCall {
  readonly outputPadding?: Size;
  readonly outputSize?: Size;
}

/** The transpose of `Conv1D`: it enlarges. */
export class Conv1DTranspose extends ConvTransposeNd {
  constructor(...args: Arguments<ConvTransposeArguments, typeof transposeOrder1d>) {
    super(F.conv1dTranspose, 1, 'NCL', args, transposeOrder1d);
  }
}

/** The transpose of `Conv2D`: it enlarges. */
export class Conv2DTranspose extends ConvTransposeNd {
  constructor(...args: Arguments<ConvTransposeArguments, typeof transposeOrder>) {
    super(F.conv2dTranspose, 2, 'NCHW', args);
  }
}

/** The transpose of `Conv3D`: it enlarges. */
export class Conv3DTranspose extends ConvTransposeNd {
  constructor(...args: Arguments<ConvTransposeArguments, typeof transposeOrder>) {
    super(F.conv3dTranspose, 3, 'NCDHW', args);
  }
}
