import { beforeEach, describe, expect, test } from 'vitest';
import '../backends/index.ts';
import { resetNames, serialize } from '../config/index.ts';
import { tensor } from '../ops/index.ts';
import type { Tensor } from '../tensor/index.ts';
import * as metrics from './index.ts';

beforeEach(resetNames);

const labels = tensor([[0], [1], [1], [0], [1]]);
const scores = tensor([[0.1], [0.9], [0.4], [0.6], [0.8]]);

describe('gather', () => {
  test('batches of several sizes', () => {
    const accuracy = new metrics.SparseCategoricalAccuracy();
    accuracy.updateState(
      [0, 1],
      tensor([
        [0.9, 0.1],
        [0.8, 0.2],
      ]),
    );
    accuracy.updateState([1], tensor([[0.3, 0.7]]));
    expect(accuracy.result().item()).toBeCloseTo(2 / 3, 6);
    accuracy.resetState();
    expect(accuracy.result().item()).toBe(0);
    accuracy.updateState([1], tensor([[0.3, 0.7]]));
    expect(accuracy.result().item()).toBe(1);
  });

  test('weights', () => {
    const mean = new metrics.MeanSquaredError();
    mean.updateState([[0], [0]], [[1], [3]], [3, 1]);
    expect(mean.result().item()).toBe(3);
  });
});

test.each([
  [new metrics.BinaryAccuracy(), 3 / 5],
  [new metrics.Precision(), 2 / 3],
  [new metrics.Recall(), 2 / 3],
  [new metrics.TruePositives(), 2],
  [new metrics.FalsePositives(), 1],
  [new metrics.TrueNegatives(), 1],
  [new metrics.FalseNegatives(), 1],
  [new metrics.BinaryAccuracy({ threshold: 0.3 }), 4 / 5],
  // Of the 6 pairs of a right and a wrong one, one is in the wrong order.
  [new metrics.AUC({ numThresholds: 1000 }), 5 / 6],
  [new metrics.MeanAbsoluteError(), 0.32],
  [new metrics.RootMeanSquaredError(), Math.sqrt((0.01 + 0.01 + 0.36 + 0.36 + 0.04) / 5)],
])('%#: figures of five samples', (metric, expected) => {
  metric.updateState(labels.slice([{ stop: 2 }]), scores.slice([{ stop: 2 }]));
  metric.updateState(labels.slice([{ start: 2 }]), scores.slice([{ start: 2 }]));
  expect(metric.result().item()).toBeCloseTo(expected, 2);
});

test('several classes', () => {
  const yTrue = tensor([0, 1, 2, 2]);
  const yPred = tensor([
    [0.5, 0.3, 0.2],
    [0.2, 0.3, 0.5],
    [0.1, 0.5, 0.4],
    [0.1, 0.1, 0.8],
  ]);
  const figure = (metric: metrics.Metric, y: Tensor, p: Tensor) => metric.apply(y, p).toArray();
  expect(figure(new metrics.SparseTopKCategoricalAccuracy({ k: 2 }), yTrue, yPred)).toBe(1);
  expect(figure(new metrics.SparseCategoricalAccuracy(), yTrue, yPred)).toBe(0.5);
  const chosen = yPred.argmax(-1);
  // Class 0 is right; class 1 is named in vain once; of class 2 one of three.
  expect(figure(new metrics.MeanIoU({ numClasses: 3 }), yTrue, chosen)).toBeCloseTo(4 / 9, 5);
});

describe('metrics by name', () => {
  test.each([
    ['acc', 'Accuracy'],
    ['mae', 'MeanAbsoluteError'],
    ['top_k_categorical_accuracy', 'TopKCategoricalAccuracy'],
    ['auc', 'AUC'],
    ['binaryIoU', 'BinaryIoU'],
  ])('%s', (name, className) => {
    expect(metrics.getMetric(name).className).toBe(className);
  });

  test("have Keras' names in logs", () => {
    expect([new metrics.AUC(), new metrics.AUC(), new metrics.Mean()].map((m) => m.name)).toEqual([
      'auc',
      'auc_1',
      'mean',
    ]);
    expect(new metrics.SparseCategoricalAccuracy().name).toBe('sparse_categorical_accuracy');
  });

  test('as functions of their own', () => {
    const off = (y: Tensor, p: Tensor) => y.notEqual(p).cast('float32');
    const metric = metrics.getMetric(off);
    metric.updateState([1, 2], [1, 3]);
    metric.updateState([1], [1]);
    expect(metric.result().item()).toBeCloseTo(1 / 3, 6);
  });

  test('in files', () => {
    const file = serialize(new metrics.Precision({ thresholds: [0.2, 0.7], classId: 1 }));
    expect(file.config).toMatchObject({ thresholds: [0.2, 0.7], class_id: 1, top_k: null });
    expect(serialize(metrics.getMetric(JSON.parse(JSON.stringify(file))))).toEqual(file);
  });
});
