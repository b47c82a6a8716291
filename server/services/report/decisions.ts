import { subjectTableNamed } from '../../../db/data-map/index.ts';
import { automatedDecision } from '../../../db/schema/decision.ts';
import { newId } from '../../crypto/token.ts';
import { type DecisionRow, decisionRow } from '../contract/decisions.ts';
import { nothingTaken, type ReportKind } from './kind.ts';

const table = subjectTableNamed('automatedDecision');

/** Automated decisions. */
export const decisionsReport: ReportKind<DecisionRow> = {
  row: decisionRow,
  section: 'decisions',
  momentFields: ['decidedAt'],
  keptIn: () => ({ table, field: 'decidedAt' }),
  async write(tx, rows, { now }) {
    const values = rows.map(({ key: _key, decidedAt, ...row }) => ({
      ...row,
      id: newId(now),
      decidedAt: new Date(decidedAt),
    }));
    if (values.length > 0) await tx.insert(automatedDecision).values(values);
    return nothingTaken;
  },
};
