import type { Outputs } from '../lib/trpc.ts';

export type Entry = Outputs['audit']['log']['entries'][number];

/**
 * The log with what a person looked at in one minute as one entry that names all of it, so that others
 * stand out. Nothing of anybody else is put together, and nothing is left out.
 *
 * @param entries newest first
 */
export function ownLooksTogether(entries: readonly Entry[]): Entry[] {
  const lines: Entry[] = [];
  for (const entry of entries) {
    const last = lines.at(-1);
    if (last && isOwnLook(last) && isOwnLook(entry) && minuteOf(last) === minuteOf(entry)) {
      const sections = [...new Set([...last.sections, ...entry.sections])];
      lines[lines.length - 1] = { ...last, sections };
    } else {
      lines.push(entry);
    }
  }
  return lines;
}

function isOwnLook({ actorKind, action, outcome }: Entry): boolean {
  return actorKind === 'subject' && action === 'data.viewed' && outcome === 'done';
}

function minuteOf({ occurredAt }: Entry): string {
  return new Date(occurredAt).toISOString().slice(0, 16);
}
