import {
  exists,
  joinPath,
  listFolder,
  makeFolder,
  readFile,
  removeFile,
  writeFileAtomic,
} from '#platform';
import { FormatError, GradusError, ValueError } from '../../tensor/index.ts';
import { checkOptions } from '../check-options.ts';
import { type CallbackState, restoreRun, runToBytes } from '../save-run.ts';
import { Callback } from './callback.ts';

const FILE = 'backup.safetensors';

export interface BackupAndRestoreOptions {
  /** Backs up after each epoch, or after so many batches. */
  readonly saveFreq?: 'epoch' | number;
  /** Whether the backup is removed when the training is done; true by default. */
  readonly deleteCheckpoint?: boolean;
}

/**
 * Keeps a backup of the running training in a folder of its own. When the same program is started again after it was killed,
 * `fit` goes on from there and ends with the same bits as if nothing had happened. The other callbacks' states are kept, too.
 * @example await model.fit(x, y, { epochs: 50, callbacks: [new BackupAndRestore('backup')] });
 */
export class BackupAndRestore extends Callback {
  readonly #folder: string;
  readonly #saveFreq: 'epoch' | number;
  readonly #deletes: boolean;
  #batches = 0;

  constructor(folder: string, options: BackupAndRestoreOptions = {}) {
    super();
    checkOptions('BackupAndRestore', options, ['saveFreq', 'deleteCheckpoint']);
    const { saveFreq = 'epoch', deleteCheckpoint = true } = options;
    if (!folder) throw new ValueError('BackupAndRestore: the folder must have a name');
    if (saveFreq !== 'epoch' && !(Number.isInteger(saveFreq) && saveFreq > 0)) {
      throw new ValueError(
        `BackupAndRestore: saveFreq must be 'epoch' or a number of batches, received ${saveFreq}`,
      );
    }
    this.#folder = folder;
    this.#saveFreq = saveFreq;
    this.#deletes = deleteCheckpoint;
  }

  get #file(): string {
    return joinPath(this.#folder, FILE);
  }

  override get runsLast(): boolean {
    return true;
  }

  override needsBatchLogs(): boolean {
    return false;
  }

  override async onTrainBegin(): Promise<void> {
    this.#batches = 0;
    await makeFolder(this.#folder);
    await this.#removeUnfinished();
    if (!(await exists(this.#file))) return;
    if (!this.model.built) {
      throw new GradusError(
        'BackupAndRestore: the model has no weights yet; build(inputShape) it before fit',
      );
    }
    const states = restoreRun(this.model, await readFile(this.#file), this.#file);
    const others = this.#others();
    if (states.length !== others.length) {
      throw new FormatError(
        `the backup was made with ${states.length} other callbacks, but there are ${others.length}; ` +
          'use the same callbacks, or remove the file',
        { file: this.#file },
      );
    }
    others.forEach((callback, i) => {
      const { values, tensors } = states[i];
      if (values !== undefined) callback.setState(values, tensors);
    });
  }

  override async onTrainBatchEnd(): Promise<void> {
    if (this.#saveFreq === 'epoch' || ++this.#batches < this.#saveFreq) return;
    this.#batches = 0;
    await this.#save();
  }

  override async onEpochEnd(): Promise<void> {
    // With a number of batches, too: what the epoch's end did to the callbacks must not be done twice or never.
    await this.#save();
  }

  override async onTrainEnd(): Promise<void> {
    const { stopTraining, trainingState } = this.model;
    const done = stopTraining || trainingState.epoch >= this.params.epochs;
    if (!done) await this.#save();
    else if (this.#deletes) await removeFile(this.#file);
  }

  async #save(): Promise<void> {
    const states = this.#others().map(
      (callback): CallbackState => ({
        values: callback.getState(),
        tensors: callback.getStateTensors(),
      }),
    );
    await writeFileAtomic(this.#file, await runToBytes(this.model, states));
  }

  /** Removes what was being written when a training was killed. */
  async #removeUnfinished(): Promise<void> {
    for (const { name, kind } of await listFolder(this.#folder)) {
      const isUnfinished = name.includes(FILE) && name !== FILE && kind === 'file';
      if (isUnfinished) await removeFile(joinPath(this.#folder, name));
    }
  }

  #others(): readonly Callback[] {
    return this.companions.filter((callback) => callback !== this);
  }
}
