import { and, eq, gt } from 'drizzle-orm';
import type { Tx } from '../../../db/connect.ts';
import type { Section } from '../../../db/data-map/vocabulary.ts';
import { dataSubjectRequest, type RequestKind } from '../../../db/schema/request.ts';
import { inOrder } from '../copy/contents.ts';
import { type AskedFor, askedForOf } from './shown.ts';

/** Kinds that support may ask for a customer; a correction is a case of its own, and answered there. */
export type AskableKind = Exclude<RequestKind, 'rectification'>;

/** A request that waits for its customer's answer, whose time is not over. */
export type Unconfirmed<Kind extends RequestKind = RequestKind> = {
  reference: string;
  kind: Kind;
  dueAt: Date;
  sections: Section[];
  askedFor: AskedFor;
};

/** Requests that support asked for and that this customer can confirm or decline now. */
export async function unconfirmedOf(
  tx: Tx,
  { subjectId, now }: { subjectId: string; now: Date },
): Promise<Unconfirmed[]> {
  const rows = await tx
    .select()
    .from(dataSubjectRequest)
    .where(
      and(
        eq(dataSubjectRequest.subjectId, subjectId),
        eq(dataSubjectRequest.state, 'unconfirmed'),
        gt(dataSubjectRequest.confirmBy, now),
      ),
    )
    .orderBy(dataSubjectRequest.confirmBy, dataSubjectRequest.id);
  return rows.flatMap((row) => {
    const { reference, kind, dueAt, sections } = row;
    const askedFor = askedForOf(row);
    if (askedFor === null) return [];
    return [{ reference, kind, dueAt, sections: inOrder(sections), askedFor }];
  });
}

/** The one of a kind, of which there is one at most; null when none waits. */
export async function unconfirmedOfKind<Kind extends AskableKind>(
  tx: Tx,
  { kind, ...of }: { subjectId: string; kind: Kind; now: Date },
): Promise<Unconfirmed<Kind> | null> {
  const one = (await unconfirmedOf(tx, of)).find((waiting) => waiting.kind === kind);
  return one ? { ...one, kind } : null;
}
