import { readdir, realpath, stat } from 'node:fs/promises';
import { join, sep } from 'node:path';

/** A log file as it is found on the disk. */
export interface FoundLog {
  readonly path: string;
  /** The folder, relative to LOGDIR, with slashes; `.` for LOGDIR itself. */
  readonly run: string;
  readonly isVisualDl: boolean;
}

/** What a folder of runs holds. */
export interface FoundLogs {
  readonly logs: readonly FoundLog[];
  /** Folders with a `projector_config.pbtxt`, as runs. */
  readonly projectors: readonly string[];
}

const DEEPEST = 16;
const MOST_ENTRIES = 200_000;
export const projectorConfig = 'projector_config.pbtxt';

/** Whether a path is in a folder, or the folder itself. */
export const isInside = (folder: string, path: string): boolean =>
  path === folder || path.startsWith(folder.endsWith(sep) ? folder : folder + sep);

/** Finds the logs below a folder. Links are followed only where they stay inside it. */
export async function findLogs(root: string): Promise<FoundLogs> {
  const logs: FoundLog[] = [];
  const projectors: string[] = [];
  const seen = new Set<string>();
  let entries = 0;
  const visit = async (folder: string, run: string, depth: number): Promise<void> => {
    const real = await realpath(folder).catch(() => null);
    if (real === null || !isInside(root, real) || seen.has(real) || depth > DEEPEST) return;
    seen.add(real);
    const list = await readdir(folder, { withFileTypes: true }).catch(() => []);
    for (const entry of list.sort((a, b) => (a.name < b.name ? -1 : 1))) {
      if (++entries > MOST_ENTRIES) return;
      const path = join(folder, entry.name);
      let kind = entry.isDirectory() ? 'folder' : entry.isFile() ? 'file' : 'other';
      if (entry.isSymbolicLink()) {
        const target = await realpath(path).catch(() => null);
        if (target === null || !isInside(root, target)) continue;
        const what = await stat(target).catch(() => null);
        kind = what?.isDirectory() ? 'folder' : what?.isFile() ? 'file' : 'other';
      }
      if (kind === 'folder') {
        await visit(path, run === '.' ? entry.name : `${run}/${entry.name}`, depth + 1);
      } else if (kind === 'file') {
        const isVisualDl = entry.name.includes('vdlrecords');
        if (isVisualDl || entry.name.includes('tfevents')) logs.push({ path, run, isVisualDl });
        else if (entry.name === projectorConfig) projectors.push(run);
      }
    }
  };
  await visit(root, '.', 0);
  return { logs, projectors };
}
