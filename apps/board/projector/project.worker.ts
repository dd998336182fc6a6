import { UMAP } from 'umap-js';
import type { ProjectAnswer, ProjectRequest } from './messages.ts';
import { pca } from './pca.ts';

/** More dimensions are brought down to so many by PCA first: distances hardly change and UMAP is much faster. */
const MOST_DIMENSIONS = 50;
/** Rounds of UMAP between two pictures. */
const ROUNDS = 20;

const send = (answer: ProjectAnswer): void => self.postMessage(answer);

/** The same numbers each time: a picture that is made again should be the same. */
function seeded(): () => number {
  let state = 1;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

function runUmap({ values, rows, columns, neighbours }: ProjectRequest): void {
  const dimensions = Math.min(columns, MOST_DIMENSIONS);
  const points = columns > MOST_DIMENSIONS ? pca(values, rows, columns, dimensions).points : values;
  const data = Array.from({ length: rows }, (_, r) =>
    Array.from(points.subarray(r * dimensions, (r + 1) * dimensions)),
  );
  const umap = new UMAP({
    nComponents: 2,
    nNeighbors: Math.max(2, Math.min(neighbours, rows - 1)),
    random: seeded(),
  });
  const rounds = umap.initializeFit(data);
  for (let round = 0; round < rounds; round++) {
    umap.step();
    if (round % ROUNDS === 0 || round === rounds - 1) {
      const flat = Float64Array.from(umap.getEmbedding().flat());
      send({ points: flat, progress: (round + 1) / rounds, shares: null });
    }
  }
}

self.onmessage = ({ data }: MessageEvent<ProjectRequest>) => {
  if (data.method === 'umap' && data.rows > 3) runUmap(data);
  else {
    const { points, shares } = pca(data.values, data.rows, data.columns, 2);
    send({ points, progress: 1, shares });
  }
};
