import type { Tx } from '../../../db/connect.ts';
import type { Section } from '../../../db/data-map/vocabulary.ts';
import { recordAudits } from '../../audit/record.ts';
import type { RowAnswer } from '../contract/report.ts';
import type { ServiceCall } from '../trpc.ts';

/** One event for each person a row was about; one about nobody's data where there is no such person. */
export async function recordReport(
  tx: Tx,
  { deps, scope, actor, requestId, now }: ServiceCall,
  {
    section,
    rows,
    answers,
  }: {
    section: Section;
    /** Rows about somebody there is, with their places in `answers`. */
    rows: readonly { index: number; subjectId: string }[];
    answers: readonly RowAnswer[];
  },
): Promise<void> {
  const counts = new Map<string, { taken: number; known: number; refused: number }>();
  for (const { index, subjectId } of rows) {
    const own = counts.get(subjectId) ?? { taken: 0, known: 0, refused: 0 };
    own[answers[index]?.outcome ?? 'refused'] += 1;
    counts.set(subjectId, own);
  }
  const common = {
    action: 'service.reported' as const,
    actor,
    purpose: scope.purpose,
    requestId,
    now,
  };
  const events = [...counts].map(([subjectId, own]) => ({
    ...common,
    subjectId,
    sections: [section],
    details: { procedure: scope.procedure, ...own },
  }));
  const nobody = {
    ...common,
    subjectId: null,
    reference: `${scope.procedure} refused:${answers.length}`,
  };
  await recordAudits(tx, deps.vault, events.length > 0 ? events : [nobody]);
}
