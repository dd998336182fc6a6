import { momentText } from '../shell/format.ts';
import { say } from '../shell/settings.ts';
import type { Stored } from './stored.tsx';

interface StepSliderProps {
  readonly values: readonly Stored<unknown>[];
  /** Which of them is shown; null for the last one, whichever that is. */
  readonly at: number | null;
  readonly onChange: (at: number | null) => void;
  readonly label: string;
}

/** Chooses one of the steps; at its right end it stays with the latest. */
export function StepSlider({ values, at, onChange, label }: StepSliderProps) {
  const last = values.length - 1;
  const shown = Math.min(at ?? last, last);
  const { step, wallTime } = values[shown];
  return (
    <label class="slider">
      <span>
        {say('step')} <strong>{step}</strong> <span class="faint">{momentText(wallTime)}</span>
      </span>
      <input
        type="range"
        min="0"
        max={last}
        value={shown}
        disabled={last === 0}
        aria-label={`${label}: ${say('step')}`}
        aria-valuetext={String(step)}
        onInput={(event) => {
          const chosen = Number(event.currentTarget.value);
          onChange(chosen === last ? null : chosen);
        }}
      />
    </label>
  );
}

/** The value that a slider points at. */
export const valueAt = <T,>(values: readonly T[], at: number | null): T =>
  values[Math.min(at ?? values.length - 1, values.length - 1)];
