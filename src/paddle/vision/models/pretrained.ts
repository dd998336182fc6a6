import { ValueError } from '../../../tensor/index.ts';

/** Weights are not fetched here: throws a ValueError that says where they come from. */
export function refusePretrained(model: string, pretrained: boolean): void {
  if (!pretrained) return;
  throw new ValueError(
    `${model}: weights are not downloaded; make the model without pretrained and give it a file: ` +
      `model.setStateDict(await paddle.load('${model}.pdparams'))`,
  );
}
