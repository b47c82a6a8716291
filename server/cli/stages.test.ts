import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';

const stages = JSON.stringify(join(import.meta.dirname, 'stages.mjs'));

/** Runs a few lines with the stages at hand, as a process of their own. */
function run(lines: string): string {
  const script = `import { alone, together } from ${stages}; const say = (what) => process.stdout.write(what + '\\n');
    const node = (name, code) => ({ name, args: ['-e', code] }); ${lines}`;
  const done = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
    encoding: 'utf8',
  });
  expect(done.stderr).toBe('');
  return done.stdout.replace(/\d+\.\d s/g, 'some s');
}

describe('stages of a check beside each other', () => {
  test('are told one after the other in their order, whichever is done first, and no line of one stands in another', () => {
    const said = run(`
      const slow = "process.stdout.write('a1\\\\n'); setTimeout(() => process.stdout.write('a2\\\\n'), 300)";
      await together([node('First', slow), node('Second', "console.log('b'); console.error('c')")]);`);
    expect(said).toBe('\n— First\na1\na2\n  some s\n\n— Second\nb\nc\n  some s\n');
  });

  test('name each that failed, and neither a failure nor a missing program hides the others', () => {
    const said = run(`
      say(JSON.stringify(await together([
        node('Good', ''), node('Bad', 'process.exit(3)'), node('Killed', "process.kill(process.pid, 'SIGKILL')"),
        { name: 'Missing', args: ['/nowhere/there.mjs'] }])));`);
    expect(said.split('\n').filter(Boolean).at(-1)).toBe('["Bad","Killed","Missing"]');
    expect(said).toContain('— Good\n');
  });
});

test('a stage alone says whether it held', () => {
  const said = run(`
    say(await alone(node('Good', '')));
    say(await alone(node('Bad', 'process.exit(1)')));`);
  expect(said).toBe('\n— Good\n  some s\ntrue\n\n— Bad\n  some s\nfalse\n');
});
