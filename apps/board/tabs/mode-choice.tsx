import type { Signal } from '@preact/signals';
import { say } from '../shell/settings.ts';
import type { TextName } from '../shell/texts.ts';

/** The ways in which a tab can show its values, one of them chosen. */
export function ModeChoice<T extends TextName>({
  label,
  mode,
  modes,
}: {
  /** Name of the tab. */
  readonly label: TextName;
  readonly mode: Signal<T>;
  readonly modes: readonly T[];
}) {
  return (
    <div class="bar" role="radiogroup" aria-label={say(label)}>
      {modes.map((name) => (
        <label class="check" key={name}>
          <input
            type="radio"
            name={`${label}-mode`}
            checked={mode.value === name}
            onChange={() => {
              mode.value = name;
            }}
          />
          {say(name)}
        </label>
      ))}
    </div>
  );
}
