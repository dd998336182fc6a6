import type { FileDescription } from 'gradus';
import { PlainError } from '../../engine/plain-error.ts';

/** A file that cannot be read, in a plain sentence. */
export function notKnown(name: string, { message }: Error): PlainError {
  if (/no file of a known kind/.test(message)) {
    return new PlainError({
      en: `“${name}” is no file that Gradus knows. It opens models and weights: .h5, .keras, .safetensors, .npz, .pdparams, .pth, TensorFlow.js.`,
      zh: `“${name}”不是 Gradus 认识的文件。它能打开模型和权重：.h5、.keras、.safetensors、.npz、.pdparams、.pth、TensorFlow.js。`,
    });
  }
  if (/the file is empty/.test(message)) {
    return new PlainError({ en: `“${name}” is empty.`, zh: `“${name}”是空文件。` });
  }
  if (/belongs to it; pass all files|not among those that were given/.test(message)) {
    return new PlainError({
      en: `“${name}” is one of several files of a model. Choose all of them together: model.json and the .bin files.`,
      zh: `“${name}”只是模型的几个文件之一。请一起选择：model.json 和各个 .bin 文件。`,
    });
  }
  return new PlainError({
    en: `“${name}” could not be read; perhaps it is damaged. Gradus says: ${message}`,
    zh: `无法读取“${name}”，它也许已损坏。Gradus 的说明：${message}`,
  });
}

const kinds: Readonly<Record<string, readonly [en: string, zh: string]>> = {
  png: [
    'is a picture. Open a model first; then the picture can be tried on it.',
    '是一张图片。请先打开模型，再用图片试它。',
  ],
  jpeg: [
    'is a picture. Open a model first; then the picture can be tried on it.',
    '是一张图片。请先打开模型，再用图片试它。',
  ],
  zip: [
    'is a zip archive without a model of a known kind. Unpack it and open the model that is in it.',
    '是一个 zip 压缩包，里面没有认识的模型。请解压后打开其中的模型。',
  ],
  gzip: ['is packed with gzip. Unpack it first.', '是 gzip 压缩文件。请先解压。'],
  tar: ['is a tar archive. Unpack it first.', '是 tar 归档文件。请先解包。'],
  json: ['is JSON, but no model.', '是 JSON 文件，但不是模型。'],
  tfevents: [
    'is the log of a training, no model: “gradus board” shows it.',
    '是训练日志，不是模型：请用 “gradus board” 查看。',
  ],
  vdlrecords: [
    'is the log of a training, no model: “gradus board” shows it.',
    '是训练日志，不是模型：请用 “gradus board” 查看。',
  ],
};

/** A file that is well but holds neither model nor tensors. */
export function notAModel({ file, kind, label }: FileDescription): PlainError {
  const [en, zh] = kinds[kind] ?? [`is a ${label}, no model.`, `是 ${label}，不是模型。`];
  return new PlainError({ en: `“${file}” ${en}`, zh: `“${file}”${zh}` });
}
