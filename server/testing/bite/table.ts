import { controls } from './controls.ts';
import { threats } from './threats.ts';

/** The table of `server/SECURITY.md`: each threat, what stops it, and the test that would miss it. */
export function threatTable(): string {
  const rows = threats.flatMap(({ id, attack }) =>
    controls
      .filter(({ against }) => against.includes(id))
      .map(
        ({ what, test }, index) =>
          `| ${index === 0 ? id : ''} | ${index === 0 ? attack : ''} | ${what} | \`${test.file}\`: ${test.title} |`,
      ),
  );
  const table = ['| | Attack | Control | Test |', '|---|---|---|---|', ...rows].join('\n');
  const listed = new Set(controls.flatMap(({ against }) => against));
  const left = threats.filter(({ id }) => !listed.has(id));
  return left.length === 0
    ? table
    : `${table}\n\nWithout a control, for the portal has no such thing: ${left.map(({ id, attack }) => `${id} (${attack})`).join('; ')}.`;
}
