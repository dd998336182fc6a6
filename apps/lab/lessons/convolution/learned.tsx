import { engineOf } from '../../engine/client.ts';
import { useAnswer } from '../../engine/use-answer.ts';
import { heat, signed } from '../../parts/colors.ts';
import { Matrix } from '../../parts/matrix.tsx';
import type { Picture } from '../../parts/picture-source.tsx';
import { say } from '../../shell/language.ts';
import { Trouble } from '../../shell/trouble.tsx';
import { text } from './text.ts';

const engine = engineOf<typeof import('./engine.ts')>('convolution');

/** The first layer of a trained network, and what it makes of a picture. */
export function Learned({ picture }: { readonly picture: Picture }) {
  const { value, error } = useAnswer(() => engine.learned(picture), [picture]);
  if (!value) return <Trouble error={error} />;
  const { kernels, output } = value;
  const largest = output.maps.reduce((a, map) => map.reduce((b, c) => Math.max(b, c), a), 0);
  return (
    <div class="maps learned">
      {kernels.map((kernel, i) => {
        const most = kernel.reduce((a, b) => Math.max(a, Math.abs(b)), 0);
        return (
          <div key={`${i + 1}`}>
            <Matrix
              values={kernel}
              width={3}
              height={3}
              range={[-most, most]}
              colors={signed}
              label={`${say(text.kernel)} ${i + 1}`}
            />
            <Matrix
              values={output.maps[i]}
              width={output.width}
              height={output.height}
              range={[0, largest]}
              colors={heat}
              label={`${say(text.learned)} ${i + 1}`}
            />
          </div>
        );
      })}
    </div>
  );
}
