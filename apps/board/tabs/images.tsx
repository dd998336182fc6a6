import { dataAddress, type Shown } from 'gradus/board/series';
import type { LogImages } from 'gradus/formats';
import { useState } from 'preact/hooks';
import { imageAddress } from '../shell/data.ts';
import { shownTags } from '../shell/selection.ts';
import { say } from '../shell/settings.ts';
import { Nothing } from './nothing.tsx';
import { StepSlider, valueAt } from './step-slider.tsx';
import { type Stored, StoredCard } from './stored.tsx';

type ShownImages = Shown<LogImages>;

/** More pictures of one step are counted only. */
const MOST = 64;

/** Pictures over the steps. */
export function Images() {
  const tags = shownTags('image');
  if (tags.length === 0) return <Nothing />;
  return (
    <div class="cards">
      {tags.map(({ run, tag }) => (
        <StoredCard<ShownImages> key={`${run} ${tag}`} kind="image" run={run} tag={tag}>
          {(values) => <ImageSteps run={run} tag={tag} values={values} />}
        </StoredCard>
      ))}
    </div>
  );
}

interface ImageStepsProps {
  readonly run: string;
  readonly tag: string;
  readonly values: readonly Stored<ShownImages>[];
}

function ImageSteps({ run, tag, values }: ImageStepsProps) {
  const [at, setAt] = useState<number | null>(null);
  const { index, images, width, height, step } = valueAt(values, at);
  const many = images > 1;
  return (
    <>
      <StepSlider values={values} at={at} onChange={setAt} label={`${run} ${tag}`} />
      <div class={many ? 'pictures many' : 'pictures'}>
        {Array.from({ length: Math.min(images, MOST) }, (_, n) => (
          <img
            key={n}
            class={width && width < 128 ? 'pixels' : ''}
            src={imageAddress(dataAddress('image', { kind: 'image', run, tag, index, n }))}
            alt={`${tag}${many ? ` ${n + 1}` : ''}, ${say('step')} ${step}`}
          />
        ))}
      </div>
      <p class="faint">
        {width > 0 && `${width} × ${height}`}
        {images > MOST && ` · ${MOST} ${say('of')} ${images}`}
      </p>
    </>
  );
}
