/** Hands a file to the user. */
export function saveFile(name: string, content: Blob | string, type = 'text/plain'): void {
  const blob = typeof content === 'string' ? new Blob([content], { type }) : content;
  const url = URL.createObjectURL(blob);
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

/** A name of a file out of a tag. */
export const fileName = (tag: string, ending: string): string =>
  `${tag.replaceAll(/[^\p{L}\p{N}._-]+/gu, '-')}.${ending}`;
