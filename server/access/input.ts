import { z } from 'zod';
import { subjectTables } from '../../db/data-map/index.ts';
import { type Section, sections } from '../../db/data-map/vocabulary.ts';
import { cursor, direction, line } from '../trpc/input.ts';

export const sectionName = z.enum(Object.keys(sections) as [Section, ...Section[]]);
export const tableName = z.enum(subjectTables.map(({ name }) => name) as [string, ...string[]]);
export const search = line(100);

export const sectionInput = z.strictObject({ section: sectionName });
export const tableInput = z.strictObject({
  table: tableName,
  cursor: cursor.optional(),
  direction,
  search: search.optional(),
});
export const searchInput = z.strictObject({ search });
