import { z } from 'zod';
import { subjectTables } from '../../db/data-map/index.ts';

const details = z.object({
  procedure: z.string(),
  fields: z.array(z.string()).default([]),
  topic: z.string().optional(),
  channel: z.string().optional(),
  allowed: z.boolean().optional(),
  taken: z.number().optional(),
  known: z.number().default(0),
  refused: z.number().default(0),
  told: z.array(z.string()).default([]),
});

/** What a service's act was about, beyond its name: names and codes, never values. */
export type ServiceFacts = {
  procedure: string;
  /** Labels of the fields that it saw or brought. */
  fields: string[];
  /** What it asked whether it may write about, and the answer. */
  asked: { topic: string; channel: string; allowed: boolean } | null;
  rows: { taken: number; known: number; refused: number } | null;
  /** What it was told: the kind of change, and labels of fields or topics with their channel. */
  told: { kind: string; codes: string[] }[];
};

/** Reads the opened details of a service's event; null for an event that has none of them. */
export function serviceFacts(text: string | null): ServiceFacts | null {
  if (text === null) return null;
  const parsed = details.safeParse(JSON.parse(text));
  if (!parsed.success) return null;
  const { procedure, fields, topic, channel, allowed, taken, known, refused, told } = parsed.data;
  return {
    procedure,
    fields: fields.map(labelOf),
    asked:
      topic !== undefined && channel !== undefined && allowed !== undefined
        ? { topic, channel, allowed }
        : null,
    rows: taken === undefined ? null : { taken, known, refused },
    told: told.map((one) => {
      const [kind = '', ...codes] = one.split(' ');
      const fieldCodes = kind === 'account.corrected';
      return { kind, codes: fieldCodes ? codes.map((code) => labelOf(`account.${code}`)) : codes };
    }),
  };
}

/** The map's label of `table.field`; of one that it no longer has, the name. */
function labelOf(field: string): string {
  const [name, key] = field.split('.');
  const table = subjectTables.find((candidate) => candidate.name === name);
  return table?.columns.find((column) => column.key === key)?.label ?? field;
}
