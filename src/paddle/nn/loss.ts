import type { Tensor } from '../tensor.ts';
import { withArguments } from '../with-arguments.ts';
import * as F from './functional/index.ts';
import { Layer } from './layer.ts';

/** Arguments that losses share. */
interface LossArguments {
  /** 'mean' (the default), 'sum', or 'none' for the loss of each element. */
  readonly reduction: string;
  readonly name: string;
}

const mean = { reduction: 'mean' };

interface CrossEntropyArguments extends LossArguments {
  /** Weight of each class. */
  readonly weight: Tensor;
  /** A label that counts nothing; -100 by default. */
  readonly ignoreIndex: number;
  /** Whether labels are shares of classes instead of class numbers. */
  readonly softLabel: boolean;
  readonly axis: number;
  /** Whether inputs are logits (the default) instead of probabilities. */
  readonly useSoftmax: boolean;
  /** Share of the label that is spread over all classes. */
  readonly labelSmoothing: number;
}

/**
 * Cross-entropy of logits and class numbers.
 * @example new nn.CrossEntropyLoss().call(model.call(x), labels)
 */
export class CrossEntropyLoss extends withArguments<CrossEntropyArguments>()(
  Layer,
  [
    'weight',
    'ignoreIndex',
    'reduction',
    'softLabel',
    'axis',
    'useSoftmax',
    'labelSmoothing',
    'name',
  ],
  0,
  { ignoreIndex: -100, ...mean, softLabel: false, axis: -1, useSoftmax: true, labelSmoothing: 0 },
) {
  override forward(input: Tensor, label: Tensor): Tensor {
    const { weight, ignoreIndex, reduction, softLabel, axis, useSoftmax, labelSmoothing } = this;
    return F.crossEntropy(input, label, {
      weight,
      ignoreIndex,
      reduction,
      softLabel,
      axis,
      useSoftmax,
      labelSmoothing,
    });
  }
}

/** Squared differences. */
export class MSELoss extends withArguments<LossArguments>()(Layer, ['reduction'], 0, mean) {
  override forward(input: Tensor, label: Tensor): Tensor {
    return F.mseLoss(input, label, this.reduction);
  }
}

/** Absolute differences. */
export class L1Loss extends withArguments<LossArguments>()(Layer, ['reduction', 'name'], 0, mean) {
  override forward(input: Tensor, label: Tensor): Tensor {
    return F.l1Loss(input, label, this.reduction);
  }
}

interface SmoothL1Arguments extends LossArguments {
  /** Where squares become straight lines; 1 by default. */
  readonly delta: number;
  readonly isHuber: boolean;
}

/** Squares of small differences, straight lines for large ones. */
export class SmoothL1Loss extends withArguments<SmoothL1Arguments>()(
  Layer,
  ['reduction', 'delta', 'isHuber', 'name'],
  0,
  { ...mean, delta: 1, isHuber: true },
) {
  override forward(input: Tensor, label: Tensor): Tensor {
    const { reduction, delta, isHuber } = this;
    return F.smoothL1Loss(input, label, { reduction, delta, isHuber });
  }
}

/** Binary cross-entropy of probabilities. */
export class BCELoss extends withArguments<LossArguments & { weight: Tensor }>()(
  Layer,
  ['weight', 'reduction', 'name'],
  0,
  mean,
) {
  override forward(input: Tensor, label: Tensor): Tensor {
    const { weight, reduction } = this;
    return F.binaryCrossEntropy(input, label.detach(), { weight, reduction });
  }
}

/** Binary cross-entropy of logits. */
export class BCEWithLogitsLoss extends withArguments<
  LossArguments & { weight: Tensor; posWeight: Tensor }
>()(Layer, ['weight', 'reduction', 'posWeight', 'name'], 0, mean) {
  override forward(logit: Tensor, label: Tensor): Tensor {
    const { weight, reduction, posWeight } = this;
    return F.binaryCrossEntropyWithLogits(logit, label.detach(), { weight, reduction, posWeight });
  }
}

/** The negative logarithm of the probability of the label, from logarithms of probabilities. */
export class NLLLoss extends withArguments<
  LossArguments & { weight: Tensor; ignoreIndex: number }
>()(Layer, ['weight', 'ignoreIndex', 'reduction', 'name'], 0, { ...mean, ignoreIndex: -100 }) {
  override forward(input: Tensor, label: Tensor): Tensor {
    const { weight, ignoreIndex, reduction } = this;
    return F.nllLoss(input, label, { weight, ignoreIndex, reduction });
  }
}

/** Poisson's negative log-likelihood. */
export class PoissonNLLLoss extends withArguments<
  LossArguments & { logInput: boolean; full: boolean; epsilon: number }
>()(Layer, ['logInput', 'full', 'epsilon', 'reduction', 'name'], 0, {
  ...mean,
  logInput: true,
  full: false,
  epsilon: 1e-8,
}) {
  override forward(input: Tensor, label: Tensor): Tensor {
    const { logInput, full, epsilon, reduction } = this;
    return F.poissonNllLoss(input, label, { logInput, full, epsilon, reduction });
  }
}

/** Gauss' negative log-likelihood with a variance for each element. */
export class GaussianNLLLoss extends withArguments<
  LossArguments & { full: boolean; epsilon: number }
>()(Layer, ['full', 'epsilon', 'reduction', 'name'], 0, { ...mean, full: false, epsilon: 1e-6 }) {
  override forward(input: Tensor, label: Tensor, variance: Tensor): Tensor {
    const { full, epsilon, reduction } = this;
    return F.gaussianNllLoss(input, label, variance, { full, epsilon, reduction });
  }
}

/** Kullback and Leibler's divergence, from logarithms of probabilities. */
export class KLDivLoss extends withArguments<LossArguments & { logTarget: boolean }>()(
  Layer,
  ['reduction', 'logTarget'],
  0,
  { ...mean, logTarget: false },
) {
  override forward(input: Tensor, label: Tensor): Tensor {
    return F.klDiv(input, label.detach(), { reduction: this.reduction, logTarget: this.logTarget });
  }
}

/** How much two inputs miss the order that the label (1 or -1) asks for. */
export class MarginRankingLoss extends withArguments<LossArguments & { margin: number }>()(
  Layer,
  ['margin', 'reduction', 'name'],
  0,
  { ...mean, margin: 0 },
) {
  override forward(input: Tensor, other: Tensor, label: Tensor): Tensor {
    const { margin, reduction } = this;
    return F.marginRankingLoss(input, other, label, { margin, reduction });
  }
}

/** Connectionist temporal classification: label sequences without alignment. Graves et al. 2006. */
export class CTCLoss extends withArguments<{ blank: number; reduction: string }>()(
  Layer,
  ['blank', 'reduction'],
  0,
  { blank: 0, ...mean },
) {
  override forward(
    logProbs: Tensor,
    labels: Tensor,
    inputLengths: Tensor,
    labelLengths: Tensor,
    normByTimes = false,
  ): Tensor {
    const { blank, reduction } = this;
    const options = { blank, reduction, normByTimes };
    return F.ctcLoss(logProbs, labels, inputLengths, labelLengths, options);
  }
}

/** log(1 + exp(-label x)) for labels 1 and -1. */
export class SoftMarginLoss extends withArguments<LossArguments>()(
  Layer,
  ['reduction', 'name'],
  0,
  mean,
) {
  override forward(input: Tensor, label: Tensor): Tensor {
    return F.softMarginLoss(input, label, this.reduction);
  }
}

/** Binary cross-entropy of each class, averaged over the classes. */
export class MultiLabelSoftMarginLoss extends withArguments<LossArguments & { weight: Tensor }>()(
  Layer,
  ['weight', 'reduction', 'name'],
  0,
  mean,
) {
  override forward(input: Tensor, label: Tensor): Tensor {
    const { weight, reduction } = this;
    return F.multiLabelSoftMarginLoss(input, label, { weight, reduction });
  }
}

/** x where the label is 1, max(0, margin - x) where it is -1. */
export class HingeEmbeddingLoss extends withArguments<LossArguments & { margin: number }>()(
  Layer,
  ['margin', 'reduction', 'name'],
  0,
  { ...mean, margin: 1 },
) {
  override forward(input: Tensor, label: Tensor): Tensor {
    const { margin, reduction } = this;
    return F.hingeEmbeddingLoss(input, label, { margin, reduction });
  }
}

/** One minus the cosine for label 1, its excess over the margin for label -1. */
export class CosineEmbeddingLoss extends withArguments<LossArguments & { margin: number }>()(
  Layer,
  ['margin', 'reduction', 'name'],
  0,
  { ...mean, margin: 0 },
) {
  override forward(input1: Tensor, input2: Tensor, label: Tensor): Tensor {
    const { margin, reduction } = this;
    return F.cosineEmbeddingLoss(input1, input2, label, { margin, reduction });
  }
}

interface TripletArguments extends LossArguments {
  readonly margin: number;
  readonly p: number;
  readonly epsilon: number;
  readonly swap: boolean;
}

/** How much nearer the positive must be than the negative. */
export class TripletMarginLoss extends withArguments<TripletArguments>()(
  Layer,
  ['margin', 'p', 'epsilon', 'swap', 'reduction', 'name'],
  0,
  { ...mean, margin: 1, p: 2, epsilon: 1e-6, swap: false },
) {
  override forward(input: Tensor, positive: Tensor, negative: Tensor): Tensor {
    const { margin, p, epsilon, swap, reduction } = this;
    return F.tripletMarginLoss(input, positive, negative, { margin, p, epsilon, swap, reduction });
  }
}

interface DistanceTripletArguments extends LossArguments {
  readonly distanceFunction: (a: Tensor, b: Tensor) => Tensor;
  readonly margin: number;
  readonly swap: boolean;
}

/** The same with a distance of one's own. */
export class TripletMarginWithDistanceLoss extends withArguments<DistanceTripletArguments>()(
  Layer,
  ['distanceFunction', 'margin', 'swap', 'reduction', 'name'],
  0,
  { ...mean, margin: 1, swap: false },
) {
  override forward(input: Tensor, positive: Tensor, negative: Tensor): Tensor {
    const { distanceFunction, margin, swap, reduction } = this;
    const options = { distanceFunction, margin, swap, reduction };
    return F.tripletMarginWithDistanceLoss(input, positive, negative, options);
  }
}

interface MultiMarginArguments extends LossArguments {
  readonly p: number;
  readonly margin: number;
  readonly weight: Tensor;
}

/** How much other classes come nearer to the label's than the margin. */
export class MultiMarginLoss extends withArguments<MultiMarginArguments>()(
  Layer,
  ['p', 'margin', 'weight', 'reduction', 'name'],
  0,
  { ...mean, p: 1, margin: 1 },
) {
  override forward(input: Tensor, label: Tensor): Tensor {
    const { p, margin, weight, reduction } = this;
    return F.multiMarginLoss(input, label, { p, margin, weight, reduction });
  }
}
