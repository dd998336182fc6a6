import type { LogText } from 'gradus/formats';
import { momentText } from '../shell/format.ts';
import { shownTags } from '../shell/selection.ts';
import { say } from '../shell/settings.ts';
import { Nothing } from './nothing.tsx';
import { StoredCard } from './stored.tsx';

/** Texts over the steps, the latest first. */
export function Texts() {
  const tags = shownTags('text');
  if (tags.length === 0) return <Nothing />;
  return (
    <div class="cards">
      {tags.map(({ run, tag }) => (
        <StoredCard<LogText> key={`${run} ${tag}`} kind="text" run={run} tag={tag} wide>
          {(values) =>
            values.toReversed().map(({ step, wallTime, index, shape, texts }) => (
              <section key={index} class="text">
                <h4>
                  {say('step')} {step} <span class="faint">{momentText(wallTime)}</span>
                </h4>
                {shape.length === 2 ? (
                  <TextTable columns={shape[1]} texts={texts} />
                ) : (
                  <pre>{texts.join('\n')}</pre>
                )}
              </section>
            ))
          }
        </StoredCard>
      ))}
    </div>
  );
}

function TextTable({
  columns,
  texts,
}: {
  readonly columns: number;
  readonly texts: readonly string[];
}) {
  const rows = Array.from({ length: columns ? Math.ceil(texts.length / columns) : 0 }, (_, r) =>
    texts.slice(r * columns, (r + 1) * columns),
  );
  return (
    <table>
      <tbody>
        {rows.map((row, r) => (
          <tr key={r}>
            {row.map((cell, c) => (
              <td key={c}>{cell}</td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
