// Training is saved as Paddle saves it, and goes on where it stopped: weights in .pdparams, the optimizer in .pdopt.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import paddle from 'gradus/paddle';
import { CNN, evaluate, lately, train } from './lib/lab.ts';

const folder = await mkdtemp(join(tmpdir(), 'gradus-lab-'));
const [weights, state] = ['pdparams', 'pdopt'].map((end) => join(folder, `mnist_regul12.${end}`));
const optimizerOf = (model: paddle.nn.Layer) =>
  new paddle.optimizer.Adam({
    learningRate: 0.001,
    weightDecay: new paddle.regularizer.L2Decay(1e-5),
    parameters: model.parameters(),
  });

paddle.seed(1);
const first = new CNN();
const optimizer = optimizerOf(first);
const before = train(first, { optimizer, epochs: 1 });
await paddle.save(first.stateDict(), weights);
await paddle.save(optimizer.stateDict(), state);
console.log(`saved after loss ${lately(before).toFixed(3)}`);

const second = new CNN();
second.setStateDict(await paddle.load(weights));
const resumed = optimizerOf(second);
// The state names parameters, and those of a second network are numbered on.
const saved = await paddle.load(weights);
for (const [key, parameter] of second.namedParameters()) parameter.name = saved[key].name;
resumed.setStateDict(await paddle.load(state));
const [one, other] = [evaluate(first), evaluate(second)];
console.log(`validation loss ${one.loss.toFixed(6)}, read back ${other.loss.toFixed(6)}`);
if (one.loss !== other.loss) throw new Error('the weights have changed on their way');

const after = train(second, { optimizer: resumed, epochs: 1 });
console.log(`it goes on from ${after[0].toFixed(3)} and comes to ${lately(after).toFixed(3)}`);
await rm(folder, { recursive: true });
