// Comma-separated values as RFC 4180 has them.
import { FormatError } from '../tensor/index.ts';
import { type DecodeOptions, defaultBudget } from './file-array.ts';

/** No record of a data set is longer; one that never ends is damage. */
const mostCharacters = 1 << 24;

/** The records of a file that comes in pieces, each a list of fields. Quotes may hold commas, line ends and doubled quotes. */
export async function* decodeRecords(
  chunks: AsyncIterable<Uint8Array>,
  { file, maxBytes = defaultBudget }: DecodeOptions = {},
): AsyncGenerator<string[]> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  const decode = (bytes?: Uint8Array): string => {
    try {
      return bytes ? decoder.decode(bytes, { stream: true }) : decoder.decode();
    } catch {
      throw new FormatError('the text is not UTF-8', { file, offset: total });
    }
  };
  let total = 0;
  let line = 1;
  let text = '';
  function* records(atEnd: boolean): Generator<string[]> {
    let at = 0;
    while (at < text.length) {
      const record = readRecord(text, at, atEnd, () => ({ file, offset: line }));
      if (!record) break;
      at = record.end;
      line++;
      yield record.fields;
    }
    text = text.slice(at);
    if (text.length > mostCharacters) {
      throw new FormatError(`record ${line} does not end`, { file, expected: 'a closing quote' });
    }
  }
  for await (const chunk of chunks) {
    total += chunk.length;
    if (total > maxBytes) {
      throw new FormatError('the file is larger than is allowed (maxBytes)', { file });
    }
    text += decode(chunk);
    yield* records(false);
  }
  text += decode();
  yield* records(true);
  if (text)
    throw new FormatError(`record ${line} does not end`, { file, expected: 'a closing quote' });
}

/** The record from `at` on; null where the rest of it has not come yet. */
function readRecord(
  text: string,
  at: number,
  atEnd: boolean,
  where: () => { file?: string; offset: number },
): { fields: string[]; end: number } | null {
  const fields: string[] = [];
  for (;;) {
    let field: string;
    if (text[at] === '"') {
      const end = closingQuote(text, at + 1);
      // A quote at the very end may be the first half of a doubled one.
      if (end < 0 || (end + 1 === text.length && !atEnd)) return null;
      field = text.slice(at + 1, end).replaceAll('""', '"');
      at = end + 1;
    } else {
      separator.lastIndex = at;
      const end = separator.exec(text)?.index ?? text.length;
      if (end === text.length && !atEnd) return null;
      field = text.slice(at, end);
      at = end;
    }
    fields.push(field);
    const next = text[at];
    if (next === ',') {
      at++;
      continue;
    }
    if (next === undefined) return atEnd ? { fields, end: at } : null;
    if (next === '\n') return { fields, end: at + 1 };
    if (next === '\r' && text[at + 1] === '\n') return { fields, end: at + 2 };
    if (next === '\r' && at + 1 === text.length && !atEnd) return null;
    if (next === '\r') return { fields, end: at + 1 };
    const { file, offset } = where();
    throw new FormatError(`record ${offset}: text behind a closing quote`, {
      file,
      expected: 'a comma or the end of the line',
      received: JSON.stringify(text.slice(at, at + 12)),
    });
  }
}

const separator = /[,\r\n]/g;

/** Where the quote that closes a field stands; -1 where it has not come yet. */
function closingQuote(text: string, from: number): number {
  for (;;) {
    const at = text.indexOf('"', from);
    if (at < 0 || text[at + 1] !== '"') return at;
    from = at + 2;
  }
}
