import { join } from 'node:path';
import type { Case, CaseFile } from '../case-file.ts';
import type { Checks } from '../report.ts';
import { refusalCase } from './refusal.ts';

/** What `requirement` says in words. */
const limits = { max_seconds: 10, max_memory_mb: 512 };

/** A damaged or hostile file: it must be refused, in time, in little memory, without touching anything else. */
export async function hostileCase(c: Case, { folder }: CaseFile, checks: Checks): Promise<void> {
  checks.equal('expected', c.expected, 'reject');
  await refusalCase(
    {
      format: c.format,
      path: join(folder, c.file),
      into: c.load_into && join(folder, c.load_into),
      limits,
    },
    checks,
  );
}
