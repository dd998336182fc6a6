import type { Signal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { useId } from 'preact/hooks';
import { say, type Text } from '../shell/language.ts';

/** A number to move. With `log`, equal ways are equal factors. */
export function Slider({
  label,
  value,
  min,
  max,
  step = 1,
  log = false,
  format = String,
}: {
  readonly label: Text;
  /** A signal, or anything else with a value to get and set. */
  readonly value: { value: number };
  readonly min: number;
  readonly max: number;
  readonly step?: number;
  readonly log?: boolean;
  readonly format?: (value: number) => string;
}) {
  const id = useId();
  const position = log ? Math.log10(value.value) : value.value;
  const scale = log
    ? {
        min: Math.log10(min),
        max: Math.log10(max),
        step: (Math.log10(max) - Math.log10(min)) / 100,
      }
    : { min, max, step };
  return (
    <div class="slider">
      <label for={id}>
        <span>{say(label)}</span>
        <output for={id}>{format(value.value)}</output>
      </label>
      <input
        id={id}
        type="range"
        {...scale}
        value={position}
        aria-valuetext={format(value.value)}
        onInput={({ currentTarget }) => {
          const moved = Number(currentTarget.value);
          value.value = log ? Number((10 ** moved).toPrecision(3)) : moved;
        }}
      />
    </div>
  );
}

/** Some values of which one is chosen. */
interface OneOf<T> {
  readonly label: Text;
  readonly value: Signal<T>;
  readonly options: readonly (readonly [value: T, label: Text | string])[];
}

/** Names of things, such as of functions, are the same in all languages. */
const wordsOf = (text: Text | string): string => (typeof text === 'string' ? text : say(text));

/** One of a few. */
export function Choice<T extends string | number>({ label, value, options }: OneOf<T>) {
  const name = useId();
  return (
    <fieldset class="choice">
      <legend>{say(label)}</legend>
      <div>
        {options.map(([option, text]) => (
          <label key={option}>
            <input
              type="radio"
              name={name}
              value={option}
              checked={value.value === option}
              onChange={() => {
                value.value = option;
              }}
            />
            <span>{wordsOf(text)}</span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}

/** Several of a few, each with the colour that it has in the picture. */
export function Chips<T extends string>({
  label,
  value,
  options,
}: {
  readonly label: Text;
  readonly value: Signal<readonly T[]>;
  readonly options: readonly (readonly [value: T, label: Text | string, color: string])[];
}) {
  const toggle = (option: T, on: boolean): void => {
    const { value: chosen } = value;
    // In the order of the options, so that the address is the same for the same choice.
    value.value = options
      .map(([one]) => one)
      .filter((one) => (one === option ? on : chosen.includes(one)));
  };
  return (
    <fieldset class="chips">
      <legend>{say(label)}</legend>
      <div>
        {options.map(([option, text, color]) => (
          <label key={option}>
            <input
              type="checkbox"
              checked={value.value.includes(option)}
              onChange={({ currentTarget }) => toggle(option, currentTarget.checked)}
            />
            <i style={{ background: color }} />
            <span>{wordsOf(text)}</span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}

/** On or off. */
export function Switch({
  label,
  value,
}: {
  readonly label: Text;
  readonly value: Signal<boolean>;
}) {
  return (
    <label class="switch">
      <input
        type="checkbox"
        checked={value.value}
        onChange={({ currentTarget }) => {
          value.value = currentTarget.checked;
        }}
      />
      <span>{say(label)}</span>
    </label>
  );
}

/** A list to choose from. */
export function Select<T extends string>({ label, value, options }: OneOf<T>) {
  const id = useId();
  return (
    <div class="select">
      <label for={id}>{say(label)}</label>
      <select
        id={id}
        value={value.value}
        onChange={({ currentTarget }) => {
          value.value = currentTarget.value as T;
        }}
      >
        {options.map(([option, text]) => (
          <option key={option} value={option} selected={option === value.value}>
            {wordsOf(text)}
          </option>
        ))}
      </select>
    </div>
  );
}

/** Something to press. */
export function Button({
  children,
  onClick,
  kind = 'plain',
  disabled = false,
  pressed,
}: {
  readonly children: ComponentChildren;
  readonly onClick: () => void;
  readonly kind?: 'plain' | 'main' | 'small';
  readonly disabled?: boolean;
  readonly pressed?: boolean;
}) {
  return (
    <button
      type="button"
      class={`button ${kind}`}
      disabled={disabled}
      aria-pressed={pressed}
      onClick={onClick}
    >
      {children}
    </button>
  );
}

/** A part of a lesson's page, under a heading. */
export function Card({
  title,
  note,
  wide = false,
  children,
}: {
  readonly title?: string;
  readonly note?: string;
  readonly wide?: boolean;
  readonly children: ComponentChildren;
}) {
  return (
    <section class={wide ? 'card wide' : 'card'}>
      {title && <h2>{title}</h2>}
      {note && <p class="note">{note}</p>}
      {children}
    </section>
  );
}
