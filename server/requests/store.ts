import type { Readable, Writable } from 'node:stream';

/** Where finished copies lie. Names are made by us and contain the attempt; contents are sealed. */
export type ExportStore = {
  /** Opens a new object for writing. It exists under its name only after `commit`. */
  create(
    name: string,
  ): Promise<{ stream: Writable; commit(): Promise<void>; abort(): Promise<void> }>;
  /** @throws when there is no such object */
  open(name: string): Promise<Readable>;
  /** Removing what is not there is not an error. */
  remove(name: string): Promise<void>;
  /** Names of all objects, unfinished ones too. */
  list(): Promise<string[]>;
  /** Whether the store can be written to now. */
  writable(): Promise<boolean>;
};
