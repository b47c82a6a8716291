import { and, eq } from 'drizzle-orm';
import { withSubject } from '../../db/connect.ts';
import { dataSubjectRequest } from '../../db/schema/request.ts';
import { sessionStands } from '../auth/sessions.ts';
import type { Deps } from '../deps.ts';
import { DomainError } from '../errors.ts';
import { readRequest } from './read.ts';
import { changesOf } from './watch.ts';

const POLL_MS = 3_000;
/** Live views of one person in one process: more than anybody has pages open. */
export const MOST_VIEWS = 12;
const open = new Map<string, number>();

type Watched = {
  subjectId: string;
  /** The session that ends the view with itself. */
  handle: string;
  reference: string;
  signal: AbortSignal;
};

/**
 * The request again whenever it moved; ends with the request, or with the session.
 * @throws {DomainError} NOT_FOUND, SIGNED_OUT, BUSY when the person has too many live views open
 */
export async function* watchOwn(deps: Deps, watched: Watched) {
  const { subjectId } = watched;
  const count = open.get(subjectId) ?? 0;
  if (count >= MOST_VIEWS) throw new DomainError('BUSY', { retryAfterSeconds: 30 });
  open.set(subjectId, count + 1);
  try {
    yield* moves(deps, watched);
  } finally {
    const left = (open.get(subjectId) ?? 1) - 1;
    if (left > 0) open.set(subjectId, left);
    else open.delete(subjectId);
  }
}

async function* moves(deps: Deps, { subjectId, handle, reference, signal }: Watched) {
  const { db } = deps.connection;
  const read = () =>
    withSubject(db, subjectId, 'read', (tx) =>
      readRequest(tx, deps.vault, { subjectId, reference, now: deps.clock() }),
    );
  const requestId = await idOf(deps, { subjectId, reference });
  let last = '';
  for await (const _moved of changesOf(deps, { requestId, signal, maxWaitMs: POLL_MS })) {
    // A session that ended elsewhere stops seeing at once.
    if (!(await sessionStands(db, { handle, now: deps.clock() })))
      throw new DomainError('SIGNED_OUT');
    const view = await read();
    const text = JSON.stringify(view);
    if (text !== last) yield view;
    last = text;
    if (view.endedAt) return;
  }
}

async function idOf(
  { connection: { db } }: Deps,
  { subjectId, reference }: Pick<Watched, 'subjectId' | 'reference'>,
): Promise<string> {
  const [row] = await withSubject(db, subjectId, 'read', (tx) =>
    tx
      .select({ id: dataSubjectRequest.id })
      .from(dataSubjectRequest)
      .where(
        and(
          eq(dataSubjectRequest.reference, reference),
          eq(dataSubjectRequest.subjectId, subjectId),
        ),
      ),
  );
  if (!row) throw new DomainError('NOT_FOUND');
  return row.id;
}
