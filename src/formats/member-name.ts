import { FormatError } from '../tensor/index.ts';

/**
 * Refuses names of an archive's members that could lead out of a folder or mean another file on another system:
 * absolute ones, `..`, back-slashes, drives, control characters.
 */
export function checkMemberName(name: string, file?: string): void {
  const parts = name.split('/');
  const bad =
    parts.some((part) => part === '' || part === '.' || part === '..') ||
    /[\\\p{Cc}]/u.test(name) ||
    /^[a-z]:/i.test(name);
  if (bad) {
    const received = JSON.stringify(name.slice(0, 80));
    throw new FormatError('a member has a name that is not allowed', { file, received });
  }
}
