/** Languages of titles and axes. */
export type Language = 'en' | 'zh-CN';

/** What plots say by themselves. */
const words = {
  en: {
    epoch: 'epoch',
    step: 'step',
    loss: 'loss',
    accuracy: 'accuracy',
    learningRate: 'learning rate',
    training: 'training',
    validation: 'validation',
    predicted: 'predicted',
    actual: 'actual',
    falsePositiveRate: 'false positive rate',
    truePositiveRate: 'true positive rate',
    recall: 'recall',
    precision: 'precision',
    chance: 'chance',
    area: 'area',
    value: 'value',
    count: 'count',
  },
  'zh-CN': {
    epoch: '轮次',
    step: '步数',
    loss: '损失',
    accuracy: '准确率',
    learningRate: '学习率',
    training: '训练',
    validation: '验证',
    predicted: '预测',
    actual: '实际',
    falsePositiveRate: '假正率',
    truePositiveRate: '真正率',
    recall: '召回率',
    precision: '精确率',
    chance: '随机猜测',
    area: '面积',
    value: '数值',
    count: '数量',
  },
} as const;

/** The words of a language by their English names. */
export type Words = Readonly<Record<keyof (typeof words)['en'], string>>;

export const wordsOf = (language: Language): Words => words[language];
