import { digitFromImage } from '../data/image/digit.ts';
import { fromData, loadModel, type Model, setThreads, type Tensor, ValueError } from '../index.ts';
import type { Outcome } from './command.ts';
import { type Block, beside, drawDigit } from './draw-digit.ts';
import { inputShape } from './image-data.ts';
import { readImage } from './read-image.ts';
import { paint, print } from './terminal.ts';

/** Shows what a model sees in pictures of digits, and what it takes them for. */
export async function predictDigits(
  file: string,
  images: readonly string[],
  { threads }: { readonly threads?: number },
): Promise<Outcome> {
  if (threads) setThreads(threads);
  const model = await loadModel(file);
  const shape = inputShape(model, [28, 28]);
  const results = [];
  for (const image of images) {
    const { pixels, inverted } = await readDigit(image);
    const probabilities = await probabilitiesOf(model, pixels, shape);
    const digit = probabilities.indexOf(Math.max(...probabilities));
    print(`${image}${inverted ? ' (dark on light, inverted)' : ''}`);
    print(beside([drawDigit(pixels), bars(probabilities, digit)]));
    print(paint('bold', `${image}: ${digit} (${percent(probabilities[digit]).trim()})`));
    print();
    results.push({ image, digit, probability: probabilities[digit], probabilities, inverted });
  }
  return { result: { model: file, predictions: results } };
}

async function readDigit(image: string) {
  const grey = await readImage(image);
  try {
    return digitFromImage(grey);
  } catch (error) {
    if (error instanceof ValueError) throw new ValueError(`${image}: ${error.message}`);
    throw error;
  }
}

async function probabilitiesOf(
  model: Model,
  pixels: Uint8Array,
  shape: readonly number[],
): Promise<number[]> {
  const input = fromData(
    Float32Array.from(pixels, (value) => value / 255),
    [1, ...shape],
  );
  const output: Tensor = await model.predict(input, { verbose: 0 });
  if (output.size !== 10) {
    throw new ValueError(
      `model '${model.name}' gives outputs of shape [${output.shape.join(', ')}], not ten probabilities of digits`,
    );
  }
  return Array.from(await output.data(), Number);
}

const percent = (probability: number): string => `${(100 * probability).toFixed(1)} %`.padStart(7);

const barLength = 30;

/** A line for each digit: how probable it is. */
function bars(probabilities: readonly number[], best: number): Block {
  return probabilities.map((probability, digit) => {
    const bar = '█'.repeat(Math.round(probability * barLength)).padEnd(barLength);
    return `${digit} ${percent(probability)} ${bar}${digit === best ? ' <' : ''}`;
  });
}
