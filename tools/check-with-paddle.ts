// Real Paddle opens what Gradus writes, and each goes on with the other's training:
// node tools/run.mjs tools/check-with-paddle.ts [--python python3]
import { spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { type FileArray, npz } from 'gradus/formats';
import paddle from 'gradus/paddle';
import { batches, CNN, optimizers, train } from './check-with-paddle/train.ts';

/** Steps that Gradus takes before Paddle goes on, that Paddle takes, and that Gradus takes after it. */
const [before, steps, after] = [6, 12, 18];
/** Two engines that train apart come to differ by rounding. */
const closeEnough = 2e-4;

const { values: options } = parseArgs({
  options: { python: { type: 'string', default: 'python3' } },
});
const folder = await mkdtemp(join(tmpdir(), 'gradus-paddle-'));
const file = (name: string): string => join(folder, name);

try {
  const truth = await batches(after);
  await writeValues(truth);
  const own: Record<string, number[]> = {};
  for (const [name, make] of Object.entries(optimizers)) {
    paddle.seed(1);
    const model = new CNN();
    const optimizer = make(model.parameters());
    train(model, optimizer, truth, 0, before);
    for (const [key, tensor] of Object.entries(model.stateDict())) {
      truth.set(`${name}/${key}`, arrayOf(tensor));
    }
    await paddle.save(model.stateDict(), file(`${name}.pdparams`));
    await paddle.save(optimizer.stateDict(), file(`${name}.pdopt`));
    own[name] = train(model, optimizer, truth, before, after);
  }
  await writeFile(file('truth.npz'), npz.encode(truth));
  const report = runPaddle();
  console.log(`Paddle ${report.paddle} opened, with equal values:`);
  for (const [what, count] of Object.entries(report.checked)) console.log(`  ${what}: ${count}`);
  let worst = 0;
  for (const [name, make] of Object.entries(optimizers)) {
    const model = new CNN();
    const optimizer = make(model.parameters());
    const state = await paddle.load(file(`${name}_paddle.pdparams`));
    model.setStateDict(state);
    for (const [key, parameter] of model.namedParameters()) parameter.name = state[key].name;
    optimizer.setStateDict(await paddle.load(file(`${name}_paddle.pdopt`)));
    const theirs = [
      ...report.training[name].losses,
      ...train(model, optimizer, truth, steps, after),
    ];
    const gaps = theirs.map((loss, i) => Math.abs(loss - own[name][i]) / Math.max(1, own[name][i]));
    const gap = Math.max(...gaps);
    worst = Math.max(worst, gap);
    console.log(
      `${name}: steps ${before} to ${steps} by Paddle, to ${after} by Gradus from Paddle's files: ` +
        `losses differ by ${gap.toExponential(1)} at most from those of Gradus alone`,
    );
  }
  if (worst > closeEnough)
    throw new Error(`the trainings differ by ${worst}; allowed ${closeEnough}`);
  console.log('passed');
} finally {
  await rm(folder, { recursive: true });
}

function arrayOf(tensor: paddle.Tensor): FileArray {
  const { dtype, shape } = tensor;
  if (dtype === 'int64') {
    return { dtype, shape, data: BigInt64Array.from(tensor.numpy(), BigInt) };
  }
  // NumPy has no bfloat16, and half floats are read as float32 here.
  const half = dtype === 'bfloat16' ? 'float32' : dtype;
  return { dtype: half, shape, data: tensor.numpy() as Float32Array };
}

/** Tensors of all types by all protocols, a nested checkpoint, a tensor alone. */
async function writeValues(truth: Map<string, FileArray>): Promise<void> {
  const base = paddle.reshape(
    paddle.toTensor(Float32Array.of(-1.5, 0, 2, 3.25, 100, -0.125)),
    [2, 3],
  );
  const types = ['float32', 'float64', 'bfloat16', 'int64', 'int32', 'int16', 'int8', 'bool'];
  const state: Record<string, paddle.Tensor> = {};
  for (const type of types) {
    state[type] = paddle.cast(base, type);
    truth.set(`values/${type}`, arrayOf(state[type]));
  }
  state.float32 = base;
  state.transposed = paddle.transpose(base, [1, 0]);
  truth.set('values/transposed', arrayOf(state.transposed));
  for (const [key, tensor] of Object.entries(state)) tensor.name = `tensor_${key}`;
  for (const protocol of [2, 3, 4])
    await paddle.save(state, file(`values_p${protocol}.pdparams`), { protocol });
  const checkpoint = {
    model: { 'fc.weight': base },
    epoch: 3,
    history: [
      [0, 2.5],
      [1, 2.25],
    ],
    none: null,
    note: 'числа 数',
  };
  await paddle.save(checkpoint, file('checkpoint.pdparams'));
  await paddle.save(base, file('one.pdtensor'));
  await paddle.save(base, file('binary.pdtensor'), { useBinaryFormat: true });
  const names = Object.fromEntries(Object.entries(state).map(([key, { name }]) => [key, name]));
  const plan = { values: names, optimizers: Object.keys(optimizers), before, steps };
  await writeFile(file('plan.json'), JSON.stringify(plan));
}

interface Report {
  readonly paddle: string;
  readonly checked: Readonly<Record<string, number>>;
  readonly training: Readonly<Record<string, { readonly losses: readonly number[] }>>;
}

function runPaddle(): Report {
  const script = fileURLToPath(new URL('check-with-paddle/check.py', import.meta.url));
  const { status, stdout, stderr, error } = spawnSync(options.python, [script, folder], {
    encoding: 'utf8',
  });
  if (error) throw new Error(`${options.python} cannot be run: ${error.message}`);
  if (status !== 0) throw new Error(stderr.trim().split('\n').slice(-5).join('\n'));
  return JSON.parse(stdout.trim().split('\n').at(-1) as string) as Report;
}
