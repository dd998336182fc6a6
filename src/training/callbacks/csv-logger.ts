import { type AppendStream, exists, openAppend, readFile, removeFile } from '#platform';
import { show } from '../../config/index.ts';
import { ValueError } from '../../tensor/index.ts';
import { Callback, type Logs } from './callback.ts';

export interface CSVLoggerOptions {
  readonly separator?: string;
  /** Writes behind what the file holds, instead of a new file. */
  readonly append?: boolean;
}

/**
 * Writes a line of comma-separated values an epoch, as Keras does.
 * @example new CSVLogger('training.csv')
 */
export class CSVLogger extends Callback {
  readonly #path: string;
  readonly #separator: string;
  readonly #append: boolean;
  #file: AppendStream | null = null;
  #names: readonly string[] | null = null;
  #needsHeader = true;

  constructor(path: string, { separator = ',', append = false }: CSVLoggerOptions = {}) {
    super();
    if (typeof path !== 'string' || path === '') {
      throw new ValueError(`CSVLogger: expected the name of a file, received ${show(path)}`);
    }
    this.#path = path;
    this.#separator = separator;
    this.#append = append;
  }

  override async onTrainBegin(): Promise<void> {
    const there = await exists(this.#path);
    if (there && !this.#append) await removeFile(this.#path);
    const begun = there && this.#append && (await readFile(this.#path)).length > 0;
    this.#needsHeader = !begun;
    this.#names = null;
    this.#file = await openAppend(this.#path);
  }

  override async onEpochEnd(epoch: number, logs: Logs): Promise<void> {
    this.#names ??= columnNames(logs);
    if (this.#needsHeader) await this.#write(['epoch', ...this.#names]);
    this.#needsHeader = false;
    const values = this.#names.map((name) =>
      logs[name] === undefined ? 'NA' : String(logs[name]),
    );
    await this.#write([String(epoch), ...values]);
    await this.#file?.flush();
  }

  override async onTrainEnd(): Promise<void> {
    await this.#file?.close();
    this.#file = null;
    this.#names = null;
  }

  async #write(values: readonly string[]): Promise<void> {
    await this.#file?.write(`${values.join(this.#separator)}\r\n`);
  }

  override getState(): unknown {
    return { names: this.#names };
  }

  override setState(state: unknown): void {
    this.#names = (state as { names: readonly string[] | null }).names;
  }
}

/** Names of the columns; where the first epoch was not validated, columns for a later validation too. */
function columnNames(logs: Logs): string[] {
  const names = Object.keys(logs).sort();
  const validated = names.some((name) => name.startsWith('val_'));
  return validated ? names : [...names, ...names.map((name) => `val_${name}`)];
}
