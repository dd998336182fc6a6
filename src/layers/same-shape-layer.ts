import type { ShapeOrShapes } from './keras-tensor.ts';
import { Layer } from './layer.ts';

/** A layer whose result has the shape of its input. */
export abstract class SameShapeLayer extends Layer {
  override computeOutputShape(inputShape: ShapeOrShapes): ShapeOrShapes {
    return inputShape;
  }
}
