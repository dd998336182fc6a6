/** Where progress lines, summaries and notices go. */
export interface Output {
  write(text: string): void;
  /** Whether a line can be drawn again over itself. */
  readonly isTerminal: boolean;
  /** Characters in a line. */
  readonly columns?: number;
  /** Something that the person should look at, though the program goes on. */
  warn?(message: string): void;
}

interface StandardStream {
  write(text: string): unknown;
  readonly isTTY?: boolean;
  readonly columns?: number;
}

/** Standard output where there is one, else the browser's console, a line at a time. */
export function defaultOutput(): Output {
  const stream = (globalThis as { process?: { stdout?: StandardStream } }).process?.stdout;
  if (stream?.write) {
    return {
      write: (text) => void stream.write(text),
      get isTerminal() {
        return stream.isTTY === true;
      },
      get columns() {
        return stream.columns;
      },
      warn: (message) => console.warn(message),
    };
  }
  let line = '';
  return {
    write(text) {
      const lines = (line + text).split('\n');
      line = lines.pop() as string;
      for (const full of lines) console.log(full);
    },
    isTerminal: false,
    warn: (message) => console.warn(message),
  };
}

let output: Output | null = null;

/** The output in use: what `setOutput` was given, or standard output. */
export function getOutput(): Output {
  output ??= defaultOutput();
  return output;
}

/**
 * Sends progress lines, summaries and notices somewhere else; null goes back to standard output.
 * @example setOutput({ write: (text) => panel.append(text), isTerminal: false });
 */
export function setOutput(next: Output | null): void {
  output = next;
}

/** Tells the person of something that looks wrong but does not stop the program. */
export function warn(message: string): void {
  const { warn: show, write } = getOutput();
  if (show) show(`gradus: ${message}`);
  else write(`gradus: ${message}\n`);
}
