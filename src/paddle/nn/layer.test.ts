import { setOutput } from 'gradus';
import paddle from 'gradus/paddle';
import { afterEach, describe, expect, it } from 'vitest';

const { nn } = paddle;

afterEach(() => setOutput(null));

class Net extends nn.Layer {
  conv = new nn.Conv2D(1, 2, 3);
  bn = new nn.BatchNorm2D(2);
  fc = new nn.Linear(2, 3);

  override forward(x: paddle.Tensor): paddle.Tensor {
    return this.fc.call(paddle.mean(this.bn.call(this.conv.call(x)), [2, 3]));
  }
}

const net = (): Net => paddle.utils.uniqueName.guard(() => new Net());

describe('a layer', () => {
  it('knows what was assigned to its fields, in order, under the names that Paddle gives', () => {
    const state = net().stateDict();
    expect(Object.entries(state).map(([key, { name, shape }]) => [key, name, shape])).toEqual([
      ['conv.weight', 'conv2d_0.w_0', [2, 1, 3, 3]],
      ['conv.bias', 'conv2d_0.b_0', [2]],
      ['bn.weight', 'batch_norm2d_0.w_0', [2]],
      ['bn.bias', 'batch_norm2d_0.b_0', [2]],
      ['bn._mean', 'batch_norm2d_0.w_1', [2]],
      ['bn._variance', 'batch_norm2d_0.w_2', [2]],
      ['fc.weight', 'linear_0.w_0', [2, 3]],
      ['fc.bias', 'linear_0.b_0', [3]],
    ]);
    expect(net().fullName()).toBe('net_0');
    expect(net().sublayers()).toHaveLength(3);
  });

  it('warns by name of keys that a state lacks and of shapes that differ, and tells of others', () => {
    const model = net();
    const warnings: string[] = [];
    setOutput({ write: () => undefined, isTerminal: false, warn: (text) => warnings.push(text) });
    const { 'fc.bias': _left, ...state } = model.stateDict();
    const [missing, unexpected] = model.setStateDict({
      ...state,
      'fc.weight': paddle.zeros([3, 2]),
      head: paddle.zeros([1]),
    });
    expect(missing).toEqual(['fc.weight', 'fc.bias']);
    expect(unexpected).toEqual(['fc.weight', 'head']);
    expect(warnings).toHaveLength(2);
    expect(warnings[0]).toContain(
      'Skip loading for fc.weight. fc.weight receives a shape [3, 2], but the expected shape is [2, 3].',
    );
    expect(warnings[1]).toContain('fc.bias is not found in the provided dict.');
  });

  it('copies a state into its own memory', () => {
    const [a, b] = [net(), net()];
    b.setStateDict(a.stateDict());
    expect(b.fc.weight.tolist()).toEqual(a.fc.weight.tolist());
    b.fc.weight.setValue(paddle.zeros([2, 3]));
    expect(a.fc.weight.tolist()).not.toEqual(b.fc.weight.tolist());
  });

  it('calls hooks around forward until they are removed', () => {
    const layer = new nn.Identity();
    const before = layer.registerForwardPreHook((_, [x]) => [
      paddle.add(x as paddle.Tensor, paddle.toTensor(1, { dtype: 'float32' })),
    ]);
    const after = layer.registerForwardPostHook((_layer, _inputs, y) =>
      paddle.multiply(y as paddle.Tensor, paddle.toTensor(10, { dtype: 'float32' })),
    );
    const x = paddle.toTensor(2, { dtype: 'float32' });
    expect(Number(layer.call(x))).toBe(30);
    before.remove();
    after.remove();
    expect(Number(layer.call(x))).toBe(2);
  });

  it('saves registered buffers and leaves out tensors that are only kept', () => {
    class Counting extends nn.Layer {
      kept = paddle.zeros([1]);

      constructor() {
        super();
        this.registerBuffer('steps', paddle.zeros([2]));
        this.registerBuffer('scratch', paddle.zeros([3]), false);
      }
    }
    const layer = new Counting();
    expect(Object.keys(layer.stateDict())).toEqual(['steps']);
    expect(layer.buffers()).toHaveLength(3);
  });

  it('makes parameters as their attributes say', () => {
    const layer = new nn.Linear(2, 1, {
      weightAttr: new paddle.ParamAttr({
        name: 'my_weight',
        initializer: new nn.initializer.Constant(0.5),
        learningRate: 0.1,
        trainable: false,
      }),
      biasAttr: false,
    });
    expect(layer.weight.name).toBe('my_weight');
    expect(layer.weight.tolist()).toEqual([[0.5], [0.5]]);
    expect(layer.weight.stopGradient).toBe(true);
    expect(layer.weight.optimizeAttr.learningRate).toBe(0.1);
    expect(layer.bias).toBeNull();
  });

  it('refuses two parameters of one name', () => {
    paddle.utils.uniqueName.guard(() => {
      const make = () => new nn.Linear(1, 1, { weightAttr: 'w' });
      make();
      expect(make).toThrow("there is a parameter called 'w' already");
    });
  });

  it('switches to training and back in all its parts', () => {
    const model = net();
    model.eval();
    expect(model.sublayers(true).every(({ training }) => !training)).toBe(true);
    model.train();
    expect(model.bn.training).toBe(true);
  });

  it('takes its arguments by position and by name, and says what is wrong with them', () => {
    expect(new nn.Conv2D({ inChannels: 1, outChannels: 2, kernelSize: 3 }).weight.shape).toEqual([
      2, 1, 3, 3,
    ]);
    expect(() => new nn.Linear(3)).toThrow('Linear: outFeatures must be given');
    expect(() => new nn.MaxPool2D(2, { strides: 2 } as never)).toThrow(
      "MaxPool2D: unknown argument 'strides'",
    );
    expect(() => new nn.Conv2D(3, 4, 3, { groups: 2 })).toThrow('cannot be split into 2 groups');
    expect(() => new nn.BatchNorm2D(2).call(paddle.zeros([1, 2]))).toThrow('expected 4 axes');
  });
});

describe('containers', () => {
  it('list, name and number their layers', () => {
    const list = new nn.LayerList([new nn.Linear(1, 1), new nn.ReLU()]);
    list.insert(1, new nn.Tanh());
    expect(
      list.namedChildren().map(([name, layer]) => `${name} ${layer.constructor.name}`),
    ).toEqual(['0 Linear', '1 Tanh', '2 ReLU']);
    expect(list.pop().constructor.name).toBe('ReLU');
    expect(list.length).toBe(2);
    expect(() => list.at(5)).toThrow('no place 5 among 2 layers');

    const named = new nn.LayerDict({ forward: new nn.Tanh(), 2: new nn.ReLU() });
    expect(named.get('forward')).toBeInstanceOf(nn.Tanh);
    expect(() => named.get('x')).toThrow("no 'x'");

    const pair = new nn.Sequential(['a', new nn.Linear(2, 2)], ['b', new nn.ReLU()]);
    expect(Object.keys(pair.stateDict())).toEqual(['a.weight', 'a.bias']);
    expect(pair.call(paddle.zeros([1, 2])).shape).toEqual([1, 2]);
  });
});

describe('nn.utils', () => {
  const close = (got: paddle.Tensor, want: readonly number[]): void => {
    want.forEach((value, i) => {
      expect(got.numpy()[i]).toBeCloseTo(value, 5);
    });
  };

  it('splits a weight into length and direction and back without changing what is computed', () => {
    const layer = new nn.Linear(3, 2);
    const x = paddle.rand([4, 3]);
    const before = [...layer.call(x).numpy()];
    nn.utils.weightNorm(layer, 'weight', 1);
    expect(Object.keys(layer.stateDict())).toEqual(['bias', 'weight_g', 'weight_v']);
    close(layer.call(x), before);
    nn.utils.removeWeightNorm(layer);
    expect(Object.keys(layer.stateDict()).sort()).toEqual(['bias', 'weight']);
    close(layer.call(x), before);
  });

  it('brings the greatest singular value to 1', () => {
    const layer = new nn.Linear(3, 3, { biasAttr: false });
    layer.weight.setValue([
      [3, 0, 0],
      [0, 2, 0],
      [0, 0, 1],
    ]);
    nn.utils.spectralNorm(layer, 'weight', 20);
    const y = layer.call(paddle.eye(3));
    expect(y.numpy()[0]).toBeCloseTo(1, 4);
    expect(y.numpy()[8]).toBeCloseTo(1 / 3, 4);
  });

  it('moves parameters into a vector and back, and shortens gradients', () => {
    const layer = new nn.Linear(2, 2);
    const vector = nn.utils.parametersToVector(layer.parameters());
    expect(vector.shape).toEqual([6]);
    nn.utils.vectorToParameters(paddle.arange(6, { dtype: 'float32' }), layer.parameters());
    expect(layer.weight.tolist()).toEqual([
      [0, 1],
      [2, 3],
    ]);
    layer.weight.grad = paddle.full([2, 2], 3, 'float32');
    expect(Number(nn.utils.clipGradNorm_(layer.parameters(), 1))).toBeCloseTo(6, 5);
    expect(layer.weight.grad?.numpy()[0]).toBeCloseTo(0.5, 4);
    nn.utils.clipGradValue_(layer.parameters(), 0.25);
    expect(layer.weight.grad?.numpy()[0]).toBeCloseTo(0.25, 6);
  });
});
