import type { ComponentChildren } from 'preact';
import { Card } from '../../parts/controls.tsx';
import { say } from '../../shell/language.ts';
import type { Opened } from './engine.ts';
import { text } from './text.ts';

/** Bytes in a unit that people read. */
function sizeOf(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB'];
  const power = Math.min(units.length - 1, Math.floor(Math.log10(Math.max(1, bytes)) / 3));
  const value = bytes / 1000 ** power;
  return `${value.toFixed(power > 0 && value < 100 ? 1 : 0)} ${units[power]}`;
}

/** Characters of a note that are shown; some files carry pages. */
const longest = 160;
const shortened = (note: string): string =>
  note.length > longest ? `${note.slice(0, longest)}…` : note;

/** What a file is, in a few lines. */
export function Summary({ opened }: { readonly opened: Opened }) {
  const { model, training, image } = opened;
  const lines: [name: string, value: ComponentChildren][] = [
    [say(text.kind), opened.label],
    [say(text.size), sizeOf(opened.size)],
  ];
  if (model) lines.push([say(text.model), `${model.name} (${model.class})`]);
  if (opened.tensors.length > 0) {
    lines.push([say(text.parameters), opened.parameters.toLocaleString('en')]);
    lines.push([say(text.memory), sizeOf(opened.tensorBytes)]);
  }
  if (image) {
    const { width: w, height: h, channels, classes } = image;
    const colors = say(channels === 1 ? text.grey : text.color);
    lines.push([say(text.takes), say(text.takesImages, { w, h, channels: colors, classes })]);
  }
  if (training) {
    const rate = training.learningRate;
    const parts = [
      training.optimizer,
      rate === null ? null : `${say(text.rate)} ${Number(rate.toPrecision(3))}`,
      typeof training.loss === 'string' ? training.loss : null,
    ];
    const told = parts.filter(Boolean).join(', ');
    if (told) lines.push([say(text.trainedWith), told]);
  }
  return (
    <Card title={`${say(text.what)}: ${opened.file}`} wide={!image}>
      <dl class="facts">
        {lines.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      {opened.whyNot && <p class="note">{say(text.whyNot, { message: opened.whyNot })}</p>}
      {!model && <p class="note">{say(text.weightsOnly)}</p>}
      {opened.metadata.length > 0 && (
        <>
          <h3>{say(text.metadata)}</h3>
          <dl class="facts">
            {opened.metadata.slice(0, 12).map(([name, note]) => (
              <div key={name}>
                <dt>{name}</dt>
                <dd>{shortened(note)}</dd>
              </div>
            ))}
          </dl>
        </>
      )}
    </Card>
  );
}
