import paddle from 'gradus/paddle';
import { describe, expect, it } from 'vitest';

const { metric } = paddle;
const floats = (values: number[] | number[][]) => paddle.toTensor(values, { dtype: 'float32' });
const labels = (values: number[] | number[][]) => paddle.toTensor(values, { dtype: 'int64' });

describe('metrics', () => {
  const predictions = floats([
    [0.1, 0.7, 0.2],
    [0.5, 0.3, 0.2],
  ]);

  it('count the examples whose label is among the likeliest', () => {
    expect(Number(metric.accuracy(predictions, labels([[2], [0]])))).toBe(0.5);
    expect(Number(metric.accuracy(predictions, labels([[2], [0]]), { k: 2 }))).toBe(1);
    const accuracy = new metric.Accuracy({ topk: [1, 2] });
    expect(accuracy.name()).toEqual(['acc_top1', 'acc_top2']);
    expect(accuracy.update(accuracy.compute(predictions, labels([2, 0])))).toEqual([0.5, 1]);
    accuracy.update(accuracy.compute(predictions, labels([2, 2])));
    expect(accuracy.accumulate()).toEqual([0.25, 0.75]);
    accuracy.reset();
    expect(accuracy.accumulate()).toEqual([0, 0]);
    expect(() => accuracy.compute(predictions, labels([[[1]]] as never))).toThrow('do not fit');
  });

  it('tell found from missed and from falsely found', () => {
    const [precision, recall] = [new metric.Precision(), new metric.Recall()];
    const predicted = floats([0.9, 0.6, 0.2, 0.8]);
    const wanted = labels([1, 0, 1, 1]);
    precision.update(predicted, wanted);
    recall.update(predicted, wanted);
    expect(precision.accumulate()).toBeCloseTo(2 / 3, 12);
    expect(recall.accumulate()).toBeCloseTo(2 / 3, 12);
  });

  it('measure the area under the curve', () => {
    const auc = new metric.Auc();
    auc.update(
      floats([
        [0.9, 0.1],
        [0.6, 0.4],
        [0.65, 0.35],
        [0.2, 0.8],
      ]),
      labels([0, 0, 1, 1]),
    );
    expect(auc.accumulate()).toBeCloseTo(0.75, 12);
    expect(() => auc.update(floats([[0, 2]]), labels([1]))).toThrow('probabilities in [0, 1]');
  });
});
