import { layers, type Model } from 'gradus';
import { MobileNet, MobileNetV2 } from 'gradus/models';

/** A network of the hub that photos' features come from. */
export interface HubBase {
  readonly network: () => Model;
  readonly side: number;
}

/** By their names in the hub; their points go from -1 to 1. */
export const hubBases: Readonly<Record<string, HubBase>> = {
  'mobilenet_v1_0.25_128': {
    network: () => MobileNet({ alpha: 0.25, inputShape: [128, 128, 3], weights: null }),
    side: 128,
  },
  'mobilenet_v2_1.0_224': { network: () => MobileNetV2({ weights: null }), side: 224 },
};

/** The end of a network up to its last feature map: what follows is the head of its own classes. */
export function lastMap(model: Model) {
  const nodes = model.graph?.nodes ?? [];
  for (const { outputs, layer } of nodes.toReversed()) {
    const [output] = outputs;
    const isMap = outputs.length === 1 && output.shape.length === 4 && output.shape[1] !== 1;
    if (isMap && !(layer instanceof layers.Dropout)) return output;
  }
  return null;
}
