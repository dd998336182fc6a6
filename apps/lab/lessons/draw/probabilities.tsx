import { say } from '../../shell/language.ts';
import { text } from './text.ts';

/** Ten digits and how much the network believes in each; null before anything was drawn. */
export function Probabilities({ values }: { readonly values: ArrayLike<number> | null }) {
  const list = Array.from({ length: 10 }, (_, digit) => values?.[digit] ?? 0);
  const best = values ? list.indexOf(Math.max(...list)) : -1;
  const percent = (share: number): string => `${(100 * share).toFixed(share > 0.995 ? 0 : 1)} %`;
  return (
    <div class="probabilities">
      <p class="verdict">
        <b aria-hidden="true">{best >= 0 ? best : '–'}</b>
        <span aria-live="polite">
          {best >= 0
            ? say(text.verdict, { digit: best, share: percent(list[best]) })
            : say(text.nothing)}
        </span>
      </p>
      <ol>
        {list.map((share, digit) => (
          <li key={digit} class={digit === best ? 'best' : ''}>
            <b>{digit}</b>
            <i>
              <span style={{ width: `${100 * share}%` }} />
            </i>
            <span>{values ? percent(share) : ''}</span>
          </li>
        ))}
      </ol>
    </div>
  );
}
