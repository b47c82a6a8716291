import { describeTable } from '../../../db/data-map/register.ts';
import { sections } from '../../../db/data-map/vocabulary.ts';
import { canonicalJson, type Json } from '../../crypto/canonical.ts';
import type { Vault } from '../../crypto/vault.ts';
import {
  type Contents,
  csvPath,
  holderPath,
  jsonPath,
  sectionsLeftOut,
  titlesOf,
  withheld,
} from './contents.ts';
import type { HolderInCopy } from './holder-in-copy.ts';
import { holderSentence } from './holder-text.ts';
import type { FileRecord } from './zip.ts';

/** What was counted while the files were written. */
export type Written = {
  files: readonly FileRecord[];
  /** Rows in each file of a table, by its path. */
  rows: ReadonlyMap<string, number>;
  /** Values that no key of the person opens, by table; they stand as null. */
  unreadable: ReadonlyMap<string, number>;
};

/**
 * Everything about the archive but the archive: each file with size, rows and SHA-256, each column with
 * its meaning, and our signature over it, which others can check with the key beside it.
 */
export function manifestText(
  contents: Contents,
  { files, rows, unreadable }: Written,
  vault: Vault,
): string {
  const unsigned = {
    format: 'easellm-copy/2',
    controller: { name: 'EaseLLM', contact: 'privacy@easellm.com' },
    reference: contents.reference,
    snapshotAt: contents.takenAt.toISOString(),
    sections: contents.sections.map((name) => ({ name, title: sections[name].title })),
    sectionsLeftOut: titlesOf(sectionsLeftOut(contents)),
    withheld: {
      reason: 'With these, somebody could sign in as you or act in your name.',
      data: withheld(contents),
    },
    files: files.map((file) => ({ ...file, rows: rows.get(file.path) ?? null })),
    tables: contents.tables.map(({ table, rows: count }) => ({
      ...describeTable(table),
      rows: count,
      unreadable: unreadable.get(table.sqlName) ?? 0,
      files: { json: jsonPath(table), csv: csvPath(table) },
    })),
    holders: contents.holders.map(describeHolder),
  };
  const signature = {
    algorithm: 'Ed25519',
    over: 'this document without "signature", as canonical JSON (RFC 8785)',
    publicKey: vault.publicKey(),
    value: vault.sign(canonicalJson(unsigned as unknown as Json)),
  };
  return `${JSON.stringify({ ...unsigned, signature }, null, 2)}\n`;
}

/** Another system that holds data of the person: what it gave, or that it gave nothing and why. */
function describeHolder(holder: HolderInCopy) {
  const { id, name, country, safeguard, standing, taskId, askedAt, dueAt, answeredAt } = holder;
  return {
    id,
    name,
    country,
    safeguard,
    state: taskId ? (holder.earlier ? 'earlier_answer' : 'included') : standing,
    says: holderSentence(holder),
    askedAt: askedAt?.toISOString() ?? null,
    expectedBy: dueAt?.toISOString() ?? null,
    answeredAt: answeredAt?.toISOString() ?? null,
    answerSha256: holder.hash,
    file: taskId ? holderPath(holder) : null,
  };
}
