import { z } from 'zod';
import { DomainError } from '../errors.ts';

const position = z.tuple([z.iso.datetime(), z.uuid()]);

/** Where a list that is ordered by a time, and by id where times are equal, goes on. */
export type TimePlace = { at: Date; id: string };

/** The cursor that a client hands back; it cannot be told what is in it. */
export function writeTimeCursor({ at, id }: TimePlace): string {
  return Buffer.from(JSON.stringify([at.toISOString(), id])).toString('base64url');
}

/** @throws {DomainError} INPUT_REFUSED for a cursor that was not handed out */
export function readTimeCursor(cursor: string): TimePlace {
  try {
    const [at, id] = position.parse(JSON.parse(Buffer.from(cursor, 'base64url').toString()));
    // The calendar of PostgreSQL has no year 0.
    if (at.startsWith('0000')) throw new DomainError('INPUT_REFUSED');
    return { at: new Date(at), id };
  } catch {
    throw new DomainError('INPUT_REFUSED');
  }
}
