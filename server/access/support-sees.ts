import type { MapTable } from '../../db/data-map/index.ts';
import { tablesOf } from '../../db/data-map/register.ts';
import { type Section, sections } from '../../db/data-map/vocabulary.ts';

/** A chapter that a view may open: ways to sign in and where one is signed in are in none. */
type SupportSection = Exclude<Section, 'security'>;

export const supportSections = (Object.keys(sections) as Section[]).filter(
  (section): section is SupportSection => section !== 'security',
);

/** What colleagues did or hold is not support's to look at either, in a chapter that is. */
const NEVER_TABLES: readonly string[] = [
  'auditEvent',
  'impersonationGrant',
  'legalHold',
  'heldValue',
];

/** Whether a table is shown: to its person always, to a view as far as its grant's `scope` names. */
export function isShown(
  { name, section }: MapTable,
  scope: readonly string[] | undefined,
): boolean {
  if (scope === undefined) return true;
  return isInScope(section, scope) && !NEVER_TABLES.includes(name);
}

/** The same for a whole chapter. */
export function isInScope(section: Section, scope: readonly string[] | undefined): boolean {
  if (scope === undefined) return true;
  return scope.includes(section) && supportSections.some((one) => one === section);
}

/** Tables of a chapter, as far as they are shown. */
export function shownTables(section: Section, scope: readonly string[] | undefined): MapTable[] {
  return tablesOf(section).filter((table) => isShown(table, scope));
}
