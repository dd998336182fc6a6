import { css, ink } from '../../parts/colors.ts';
import { Card } from '../../parts/controls.tsx';
import { Matrix } from '../../parts/matrix.tsx';
import { say } from '../../shell/language.ts';
import type { Examination } from './examine.ts';
import { fashion, text } from './text.ts';

const nameOf = (data: string, label: number): string =>
  data === 'fashion-mnist' ? say(fashion[label]) : String(label);

/** How a network did on test images: the confusion matrix and its worst mistakes. */
export function Results({
  examination,
  data,
}: {
  readonly examination: Examination;
  readonly data: string;
}) {
  const { confusion, mistakes } = examination;
  return (
    <>
      <Card title={say(text.confusion)} note={say(text.confusionNote)}>
        <Confusion counts={confusion} data={data} />
      </Card>
      <Card title={say(text.mistakes)} note={say(text.mistakesNote)}>
        {mistakes.length === 0 && <p>{say(text.noMistakes)}</p>}
        <div class="mistakes">
          {mistakes.slice(0, 18).map(({ pixels, label, read, share }, i) => {
            const caption = say(text.mistake, {
              label: nameOf(data, label),
              read: nameOf(data, read),
            });
            return (
              <figure key={`${i + 1}`}>
                <Matrix
                  values={Float32Array.from(pixels, (value) => value / 255)}
                  width={28}
                  height={28}
                  colors={ink}
                  label={caption}
                />
                <figcaption>
                  {caption}
                  <br />
                  <span>{`${Math.round(100 * share)} %`}</span>
                </figcaption>
              </figure>
            );
          })}
        </div>
      </Card>
    </>
  );
}

function Confusion({ counts, data }: { readonly counts: Uint32Array; readonly data: string }) {
  const rowSums = Array.from({ length: 10 }, (_, row) =>
    counts.subarray(row * 10, row * 10 + 10).reduce((a, b) => a + b, 0),
  );
  const classes = Array.from({ length: 10 }, (_, label) => nameOf(data, label));
  return (
    <div class="scroll">
      <table class="confusion">
        <thead>
          <tr>
            <th />
            {classes.map((name) => (
              <th key={name} scope="col">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {classes.map((name, row) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              {classes.map((other, column) => {
                const count = counts[row * 10 + column];
                const share = count / (rowSums[row] || 1);
                const right = row === column;
                // Mistakes are few: their shade is steeper, and of another colour.
                const shade = right
                  ? [223 - 190 * share, 236 - 120 * share, 248 - 85 * share]
                  : [255, 245 - 130 * Math.min(1, share * 8), 238 - 200 * Math.min(1, share * 8)];
                return (
                  <td
                    key={other}
                    style={
                      count > 0
                        ? { background: css(shade), color: right && share > 0.6 ? '#fff' : '#111' }
                        : {}
                    }
                  >
                    {count || ''}
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
