import { loadModel, type Model } from 'gradus';
import { PlainError } from './plain-error.ts';

/** The model of a file that somebody chose; one that is none is told in a plain sentence. */
export async function openModel(file: File): Promise<Model> {
  try {
    return await loadModel(file, { compile: false });
  } catch (error) {
    throw new PlainError({
      en: `“${file.name}” could not be opened as a model. ${(error as Error).message}`,
      zh: `无法把“${file.name}”作为模型打开。${(error as Error).message}`,
    });
  }
}
