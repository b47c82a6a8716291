import { eq } from 'drizzle-orm';
import type { Tx } from '../../db/connect.ts';
import { type MapTable, subjectTableNamed, subjectTables } from '../../db/data-map/index.ts';
import { describeDisclosures, describeTable } from '../../db/data-map/register.ts';
import {
  CursorError,
  countRows,
  type Mask,
  searchableColumns,
  type Unseal,
  viewRows,
  visibleColumns,
} from '../../db/data-map/view.ts';
import { type Section, sections } from '../../db/data-map/vocabulary.ts';
import { account } from '../../db/schema/account.ts';
import type { Vault } from '../crypto/vault.ts';
import { CipherError } from '../crypto/vault.ts';
import { DomainError } from '../errors.ts';
import { lastDisclosures } from './disclosed.ts';
import { withNamedPlaces } from './named-places.ts';
import { isInScope, isShown, shownTables } from './support-sees.ts';

const PAGE = 50;
const GLANCE = 5;
const HITS = 3;

/** `mask` and `scope` for support that views the account: parts of values, some chapters. */
type Reader = {
  tx: Tx;
  vault: Vault;
  subjectId: string;
  mask?: Mask;
  scope?: readonly string[];
};

/** Chapters of the data map with how much each holds of the person. */
export async function overviewOfData({ tx, subjectId, scope }: Reader) {
  const tables = subjectTables.filter(
    (table) => visibleColumns(table).length > 0 && isShown(table, scope),
  );
  const counts = await Promise.all(tables.map((table) => countRows(tx, { table, subjectId })));
  const chapters = (Object.keys(sections) as Section[]).filter((section) =>
    isInScope(section, scope),
  );
  return chapters.map((section) => ({
    section,
    title: sections[section].title,
    tables: tables.flatMap((table, index) =>
      table.section === section
        ? [{ name: table.name, title: table.title, about: table.about, count: counts[index] ?? 0 }]
        : [],
    ),
  }));
}

/**
 * One chapter: each of its tables with meaning, count and the newest rows.
 * @throws {DomainError} NOT_IN_SCOPE
 */
export async function readSection(reader: Reader, section: Section) {
  const { tx, subjectId, scope } = reader;
  if (!isInScope(section, scope)) throw new DomainError('NOT_IN_SCOPE');
  const { country, unseal, left } = await known(reader);
  const tables = await Promise.all(
    shownTables(section, scope).map(async (table) => {
      const [count, page] = await Promise.all([
        countRows(tx, { table, subjectId }),
        viewRows(tx, { table, subjectId, country, unseal, limit: GLANCE, ...maskOf(reader) }),
      ]);
      return {
        ...describeTable(table),
        ...left(table),
        count,
        rows: withNamedPlaces(table, page.rows),
      };
    }),
  );
  return { section, title: sections[section].title, tables };
}

/**
 * One page of one table.
 * @throws {DomainError} INPUT_REFUSED for a cursor of another table; NOT_IN_SCOPE
 */
export async function readTable(
  reader: Reader,
  {
    name,
    cursor,
    search,
  }: { name: string; cursor: string | undefined; search: string | undefined },
) {
  const { tx, subjectId } = reader;
  const table = subjectTableNamed(name);
  if (!isShown(table, reader.scope)) throw new DomainError('NOT_IN_SCOPE');
  // A search over masked values would tell what the mask hides.
  if (reader.mask && search !== undefined) throw new DomainError('NOT_WHILE_IMPERSONATING');
  const { country, unseal, left } = await known(reader);
  try {
    const [count, page] = await Promise.all([
      countRows(tx, { table, subjectId, search: search ?? null }),
      viewRows(tx, {
        table,
        subjectId,
        country,
        unseal,
        limit: PAGE,
        cursor: cursor ?? null,
        search: search ?? null,
        ...maskOf(reader),
      }),
    ]);
    return {
      ...describeTable(table),
      ...left(table),
      count,
      searchable: reader.mask === undefined && searchableColumns(table).length > 0,
      next: page.next,
      rows: withNamedPlaces(table, page.rows),
    };
  } catch (cause) {
    if (cause instanceof CursorError) throw new DomainError('INPUT_REFUSED');
    throw cause;
  }
}

/** Where a text stands in what is held and not sealed: table by table, with the first rows. */
export async function searchData(reader: Reader, search: string) {
  const { tx, subjectId } = reader;
  const { country, unseal, left } = await known(reader);
  const found = await Promise.all(
    searchedTables().map(async (table) => {
      const [count, page] = await Promise.all([
        countRows(tx, { table, subjectId, search }),
        viewRows(tx, { table, subjectId, country, unseal, limit: HITS, search }),
      ]);
      return {
        ...describeTable(table),
        ...left(table),
        count,
        rows: withNamedPlaces(table, page.rows),
      };
    }),
  );
  return { hits: found.filter(({ count }) => count > 0), notSearched: sealedColumns() };
}

/** What every look at rows needs: the country that periods follow, the key, and what left to whom. */
async function known(reader: Reader) {
  const { tx, subjectId } = reader;
  const [country, unseal, disclosures] = await Promise.all([
    countryOf(tx, subjectId),
    unsealer(reader),
    lastDisclosures(tx, subjectId),
  ]);
  const left = (table: MapTable) => ({ disclosed: describeDisclosures(table, disclosures) });
  return { country, unseal, left };
}

function maskOf({ mask }: Reader): { mask?: Mask } {
  return mask ? { mask } : {};
}

/** Opens the sealed values of one subject; a value that cannot be opened is an alarm, not a blank. */
export async function unsealer({ tx, vault, subjectId }: Reader): Promise<Unseal> {
  const key = await vault.subjectKey(tx, subjectId);
  return (place, text) => {
    try {
      return vault.unseal(key, place, text);
    } catch (cause) {
      // A row kept under the key of a keep is not the person's to read with this key.
      if (cause instanceof CipherError) return null;
      throw cause;
    }
  };
}

/** Country that statutory periods follow. */
export async function countryOf(tx: Tx, subjectId: string): Promise<string> {
  const [row] = await tx
    .select({ country: account.country })
    .from(account)
    .where(eq(account.subjectId, subjectId));
  return row?.country ?? '';
}

function searchedTables(): MapTable[] {
  return subjectTables.filter((table) => searchableColumns(table).length > 0);
}

/** What a search cannot look into, because it is encrypted for the person alone. */
function sealedColumns(): string[] {
  return subjectTables.flatMap((table) =>
    visibleColumns(table)
      .filter(({ storage }) => storage === 'sealed')
      .map(({ label }) => `${table.title}: ${label}`),
  );
}
