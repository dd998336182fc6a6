import type { Signal } from '@preact/signals';
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { say, type Text } from '../shell/language.ts';
import { Button, Slider } from './controls.tsx';

const words = {
  play: { en: 'Play', zh: '播放' },
  pause: { en: 'Pause', zh: '暂停' },
  step: { en: 'One step', zh: '走一步' },
  first: { en: 'To the start', zh: '回到开头' },
};

/** Moves a counter from 0 to `last`: play, step, drag. */
export function Player({
  at,
  last,
  label,
  rate = 8,
}: {
  readonly at: Signal<number>;
  readonly last: number;
  readonly label: Text;
  /** Steps a second. */
  readonly rate?: number;
}) {
  const playing = useSignal(false);
  useEffect(() => {
    if (!playing.value) return;
    const timer = setInterval(() => {
      if (at.value >= last) playing.value = false;
      else at.value++;
    }, 1000 / rate);
    return () => clearInterval(timer);
  }, [playing.value, last, rate]);
  const toggle = (): void => {
    if (!playing.value && at.value >= last) at.value = 0;
    playing.value = !playing.value;
  };
  return (
    <div class="player">
      <div class="row">
        <Button kind="main" onClick={toggle}>
          {say(playing.value ? words.pause : words.play)}
        </Button>
        <Button
          disabled={at.value >= last}
          onClick={() => {
            playing.value = false;
            at.value++;
          }}
        >
          {say(words.step)}
        </Button>
        <Button
          disabled={at.value === 0}
          onClick={() => {
            playing.value = false;
            at.value = 0;
          }}
        >
          {say(words.first)}
        </Button>
      </div>
      <Slider label={label} value={at} min={0} max={last} format={(n) => `${n} / ${last}`} />
    </div>
  );
}
