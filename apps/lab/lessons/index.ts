import type { ComponentType } from 'preact';
import type { Text } from '../shell/language.ts';

/** A lesson of the course. */
export interface LessonEntry {
  /** Its folder and its name in the address. */
  readonly id: string;
  readonly title: Text;
  /** What one does there, for the first page. */
  readonly about: Text;
  load(): Promise<{ readonly default: ComponentType }>;
}

/** The course, in its order. A lesson is a folder with page.tsx, and engine.ts for what runs in the worker. */
export const lessons: readonly LessonEntry[] = [
  {
    id: 'draw',
    title: { en: 'Draw a digit', zh: '写一个数字' },
    about: { en: 'A network reads along while you draw.', zh: '一边写，网络一边认。' },
    load: () => import('./draw/page.tsx'),
  },
  {
    id: 'descent',
    title: { en: 'Gradient descent', zh: '梯度下降' },
    about: { en: 'A ball rolls down the cost.', zh: '小球沿着代价滚下去。' },
    load: () => import('./descent/page.tsx'),
  },
  {
    id: 'activations',
    title: { en: 'Activations', zh: '激活函数' },
    about: {
      en: 'The bends between layers, and what is left of a gradient.',
      zh: '层与层之间的弯，以及梯度还剩多少。',
    },
    load: () => import('./activations/page.tsx'),
  },
  {
    id: 'convolution',
    title: { en: 'Convolution, step by step', zh: '卷积，一步一步' },
    about: { en: 'A kernel slides over your own digit.', zh: '卷积核在您写的数字上滑动。' },
    load: () => import('./convolution/page.tsx'),
  },
  {
    id: 'pooling',
    title: { en: 'Pooling', zh: '池化' },
    about: { en: 'Small windows, one number each.', zh: '每个小窗口，只留一个数。' },
    load: () => import('./pooling/page.tsx'),
  },
  {
    id: 'train',
    title: { en: 'Build and train', zh: '搭建与训练' },
    about: { en: 'Stack layers and watch them learn.', zh: '把层堆起来，看它们学习。' },
    load: () => import('./train/page.tsx'),
  },
  {
    id: 'overfit',
    title: { en: 'Over-fitting and its cure', zh: '过拟合与对策' },
    about: {
      en: 'Few samples, many parameters, and what helps.',
      zh: '样本少、参数多，以及对策。',
    },
    load: () => import('./overfit/page.tsx'),
  },
  {
    id: 'words',
    title: { en: 'Words', zh: '文字' },
    about: { en: 'A network judges a film review.', zh: '网络判断一段影评的褒贬。' },
    load: () => import('./words/page.tsx'),
  },
  {
    id: 'classes',
    title: { en: 'Your own classes', zh: '您自己的类别' },
    about: {
      en: 'Photos of your own, told apart in seconds.',
      zh: '几秒钟学会区分您自己的照片。',
    },
    load: () => import('./classes/page.tsx'),
  },
  {
    id: 'open',
    title: { en: 'Open a model', zh: '打开一个模型' },
    about: {
      en: 'Any file of a network: its layers, its weights, its answers.',
      zh: '任何网络文件：它的层、权重和回答。',
    },
    load: () => import('./open/page.tsx'),
  },
];
