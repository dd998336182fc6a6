import { join } from 'node:path';
import { loadModel, type Model, type Tensor } from 'gradus';
import { compileConfig, compileFromConfig } from 'gradus/training';
import { type Case, type CaseFile, number } from '../case-file.ts';
import type { Checks } from '../report.ts';
import { compare } from './compare.ts';
import { refusalCase } from './refusal.ts';

const exact = { rtol: 0, atol: 0 };

/** A file saved by Keras in four formats, or one that must be refused. */
export async function fileCase(c: Case, file: CaseFile, checks: Checks): Promise<void> {
  if (c.kind === 'malformed') {
    await refusalCase(
      {
        format: c.format,
        path: join(file.folder, c.file),
        into: c.model_json && join(file.folder, c.model_json),
        limits: c.limits,
        mustNotWrite: c.must_not_write,
      },
      checks,
    );
    return;
  }
  for (const [format, path] of Object.entries(c.files as Record<string, string>)) {
    const model = await open(c, format, join(file.folder, path), file);
    if (format === 'model_json') await loadState(model, c, file);
    await compareModel(format, model, c, file, checks);
    if (c.resume && c.optimizer_state_in[format]) await resume(format, model, c, file, checks);
  }
}

/** Loads one of a case's files. What a format has no compile config for is compiled as the archive says. */
async function open(c: Case, format: string, path: string, file: CaseFile): Promise<Model> {
  if (format !== 'weights_h5') return loadModel(path);
  const model = await loadModel(join(file.folder, c.files.model_json));
  if (c.compiled) {
    const whole = await loadModel(join(file.folder, c.files.keras));
    compileFromConfig(model, compileConfig(whole));
  }
  await model.loadWeights(path);
  return model;
}

/** An architecture alone has no weights: those of the weights file fit it. */
const loadState = (model: Model, c: Case, file: CaseFile): Promise<void> =>
  model.loadWeights(join(file.folder, c.files.weights_h5));

async function compareModel(
  format: string,
  model: Model,
  c: Case,
  file: CaseFile,
  checks: Checks,
): Promise<void> {
  const { weights } = model;
  checks.equal(
    `${format}: shapes`,
    weights.map(({ shape }) => shape),
    c.weights.map(({ shape }: Case) => shape),
  );
  compareVariables(format, weights, c.weights, file, checks);
  const inputs = (c.inputs as string[]).map((name) => file.tensor(name));
  const outputs = await model.predict(inputs.length === 1 ? inputs[0] : inputs, { verbose: 0 });
  const list = ('storage' in outputs ? [outputs] : Object.values(outputs)) as Tensor[];
  checks.equal(`${format}: outputs`, list.length, c.outputs.length);
  (c.outputs as string[]).forEach((name, i) => {
    compare(checks, `${format}: output ${i}`, list[i], file.tensor(name), c.tolerance);
  });
}

/** Variables that come out of a file as they went in. */
function compareVariables(
  format: string,
  variables: readonly Tensor[],
  stored: readonly Case[],
  file: CaseFile,
  checks: Checks,
): void {
  stored.forEach(({ path, tensor }, i) => {
    const expected = file.tensor(tensor).cast('float32');
    compare(checks, `${format}: ${path}`, variables[i].cast('float32'), expected, exact);
  });
}

/** Three more steps from the optimizer's state in the file. */
async function resume(
  format: string,
  model: Model,
  c: Case,
  file: CaseFile,
  checks: Checks,
): Promise<void> {
  const { resume } = c;
  const { variables } = model.optimizer;
  checks.equal(
    `${format}: optimizer variables`,
    variables.length,
    resume.optimizer_variables.length,
  );
  compareVariables(format, variables, resume.optimizer_variables, file, checks);
  const size: number = resume.batch_size;
  const [inputs, labels] = [c.inputs, resume.y].map((names: string[]) =>
    names.map((name) => file.tensor(name)),
  );
  const losses: number[] = [];
  for (let step = 0; step < resume.steps; step++) {
    const rows = (list: Tensor[]): Tensor | Tensor[] => {
      const cut = list.map((x) => x.slice([{ start: step * size, stop: (step + 1) * size }]));
      return cut.length === 1 ? cut[0] : cut;
    };
    model.resetMetrics();
    const logs = await model.trainOnBatch(rows(inputs), rows(labels), { returnDict: true });
    losses.push(logs.loss);
  }
  checks.numbers(`${format}: losses`, losses, resume.losses.map(number), resume.tolerance);
  (resume.weights_after as string[]).forEach((name, i) => {
    compare(
      checks,
      `${format}: ${c.weights[i].path} after`,
      model.weights[i],
      file.tensor(name),
      resume.tolerance,
    );
  });
}
