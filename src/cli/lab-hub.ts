import { hub } from '../hub/index.ts';
import { openPublished } from '../models/index.ts';

/** Networks of the hub that the lesson on one's own classes can build on, best first. */
const bases = ['mobilenet_v2_1.0_224', 'mobilenet_v1_0.25_128'] as const;

/** The weights of a base from the cache, or from the mirror if there is one; nothing is fetched from anywhere else. */
async function weightsOf(name: string): Promise<Uint8Array | null> {
  if (!(bases as readonly string[]).includes(name)) return null;
  const { weights } = await hub.find(name, { mirror: null });
  for (const file of weights) {
    try {
      // Without its public addresses, a file comes from the cache or the mirror alone.
      const opened = await openPublished({ ...file, urls: [] });
      try {
        return await opened.read(0, opened.size);
      } finally {
        await opened.close();
      }
    } catch {
      // The next file does equally.
    }
  }
  return null;
}

const loaded = new Map<string, Promise<Uint8Array | null>>();

/** The weights of a base of the lesson on one's own classes; null where they are not on this machine. */
export function labHubFile(name: string): Promise<Uint8Array | null> {
  const known = loaded.get(name);
  if (known) return known;
  const loading = weightsOf(name);
  loading.then((bytes) => bytes ?? loaded.delete(name)); // perhaps it is there the next time
  loaded.set(name, loading);
  return loading;
}

/** Names of the bases that are on this machine. */
export async function labHubNames(): Promise<string[]> {
  const found = await Promise.all(bases.map(labHubFile));
  return bases.filter((_, i) => found[i] !== null);
}
