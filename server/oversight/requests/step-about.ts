import { subjectTables } from '../../../db/data-map/index.ts';

const titles = new Map<string, string>(subjectTables.map(({ name, title }) => [name, title]));

/**
 * A step with what it works on, by the name that people know: "delete" of "GPU sessions", "holder" of
 * "Paylane". `of` is null where the kind says it all, and for what this version no longer knows.
 */
export type StepAbout = { kind: string; of: string | null };

/** @param holders names of holders by their ids */
export function aboutStep(name: string, holders: ReadonlyMap<string, string>): StepAbout {
  const [kind = '', id = ''] = name.split(':');
  return { kind, of: (kind === 'holder' ? holders : titles).get(id) ?? null };
}
