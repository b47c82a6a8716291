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
  return ['| | Attack | Control | Test |', '|---|---|---|---|', ...rows].join('\n');
}
