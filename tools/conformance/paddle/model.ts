import paddle from 'gradus/paddle';
import type { Case, CaseFile } from '../case-file.ts';
import { argumentsFor, callFunction, resolved } from './call.ts';

const noNames = new Map<string, unknown>();

/** The network that a case describes: attributes in order, and the steps of its forward pass. */
export function makeModel(spec: Case, file: CaseFile): paddle.nn.Layer {
  // The class has the name that Paddle makes names of parameters from.
  const classes = {
    [spec.name]: class extends paddle.nn.Layer {
      constructor() {
        super();
        for (const [name, attribute] of spec.attrs as [string, Case][]) {
          addAttribute(this, name, attribute, file);
        }
      }

      override forward(x: paddle.Tensor): paddle.Tensor {
        return forward(this, x, spec.forward, file);
      }
    },
  };
  return new (Object.values(classes)[0])();
}

function addAttribute(layer: paddle.nn.Layer, name: string, attribute: Case, file: CaseFile): void {
  const fields = layer as unknown as Record<string, unknown>;
  if (attribute.$param) {
    const { attr, ...rest } = resolved(attribute.$param, noNames, file) as Case;
    const named = { ...rest, ...(attr && { attr: new paddle.ParamAttr(attr) }) };
    const create = layer.createParameter;
    // biome-ignore lint/suspicious/noExplicitAny: arguments as the method wants them
    fields[name] = (create as any).apply(layer, argumentsFor(create as any, [], named));
  } else if (attribute.$buffer) {
    const { value, dtype, persistable = true } = attribute.$buffer;
    layer.registerBuffer(name, paddle.toTensor(value, { dtype }), persistable);
  } else if (attribute.$model) fields[name] = makeModel(attribute.$model, file);
  else fields[name] = resolved(attribute, noNames, file);
}

function forward(
  layer: paddle.nn.Layer,
  x: paddle.Tensor,
  steps: readonly Case[],
  file: CaseFile,
): paddle.Tensor {
  const kept = new Map<string, paddle.Tensor>();
  let last: unknown = x;
  for (const step of steps) {
    if (step.layer) {
      last = ((layer as unknown as Record<string, unknown>)[step.layer] as paddle.nn.Layer).call(
        last as paddle.Tensor,
      );
    } else if (step.function) {
      const args = resolved(step.args ?? {}, noNames, file) as Record<string, unknown>;
      last = callFunction(step.function, [last], args);
    } else if (step.select !== undefined) last = (last as unknown[])[step.select];
    else if (step.save) kept.set(step.save, last as paddle.Tensor);
    else if (step.add) {
      last = paddle.add(last as paddle.Tensor, kept.get(step.add) as paddle.Tensor);
    } else throw new Error(`unknown step of a forward pass ${JSON.stringify(step)}`);
  }
  return last as paddle.Tensor;
}

/** Rows `from` to `to` of a stored tensor, each of the given shape. */
export function rows(
  file: CaseFile,
  name: string,
  shape: readonly number[],
  [from, to]: readonly [number, number],
  dtype?: string,
): paddle.Tensor {
  const stored = file.tensor(name);
  const part = stored.narrow(0, from, to - from).reshape([to - from, ...shape]);
  const made = new paddle.Tensor(part.copy());
  return dtype ? paddle.cast(made, dtype) : made;
}
