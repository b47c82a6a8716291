import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';

const stages = JSON.stringify(join(import.meta.dirname, 'stages.mjs'));

/** A few lines with the stages at hand, for a process of their own. */
const asProcess = (lines: string): string[] => [
  '--input-type=module',
  '-e',
  `import { passOnSignals, together } from ${stages}; const say = (what) => process.stdout.write(what + '\\n');
    const node = (name, code) => ({ name, args: ['-e', code] }); ${lines}`,
];

function run(lines: string): string {
  const done = spawnSync(process.execPath, asProcess(lines), { encoding: 'utf8' });
  expect(done.stderr).toBe('');
  return done.stdout.replace(/\d+\.\d s/g, 'some s');
}

/** The same while the test goes on; `ended` when the stages have, too: they write where it does. */
function begin(lines: string) {
  const child = spawn(process.execPath, asProcess(lines), { stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  let said = '';
  child.stdout.on('data', (chunk) => {
    said += chunk;
  });
  return {
    process: child,
    ended: once(child, 'close').then(([code]) => code),
    said: () => said,
    async saying(words: string) {
      while (!said.includes(words)) await once(child.stdout, 'data');
    },
  };
}

describe('stages of a check beside each other', () => {
  test('are told one after the other in their order, whichever is done first, and no line of one stands in another', () => {
    const said = run(`
      const slow = "process.stdout.write('a1\\\\n'); setTimeout(() => process.stdout.write('a2\\\\n'), 300)";
      await together([node('First', slow), node('Second', "console.log('b'); console.error('c')")]);`);
    expect(said).toBe('\n— First\na1\na2\n  some s\n\n— Second\nb\nc\n  some s\n');
  });

  test('are heard as they speak, the first at once and each other when those before it have ended', async () => {
    const stays = "console.log('a1'); setInterval(() => {}, 1000)";
    const child = begin(`
      passOnSignals();
      await together([node('First', ${JSON.stringify(stays)}), node('Second', "console.log('b1')")]);`);
    await child.saying('a1');
    expect(child.said()).toBe('\n— First\na1\n');
    child.process.kill('SIGTERM');
    await child.ended;
    expect(child.said()).toContain('\n— Second\n');
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

describe('a check that is asked to end', () => {
  test('asks its stages, waits for what they put away, and says how it ended', async () => {
    const stage =
      "process.on('SIGTERM', () => setTimeout(() => { console.log('put away'); process.exit(1); }, 50)); setInterval(() => {}, 1000); console.log('begun')";
    const check = begin(`
      passOnSignals();
      const failed = await together([node('Stage', ${JSON.stringify(stage)})]);
      say(failed.length === 0 ? 'held' : 'did not hold');`);
    await check.saying('begun');
    check.process.kill('SIGTERM');
    expect(await check.ended).toBe(0);
    expect(check.said().replace(/\d+\.\d s/, 'some s')).toBe(
      '\n— Stage\nbegun\nput away\n  some s\ndid not hold\n',
    );
  });

  test('begins no further stage, also when it was asked between two', async () => {
    const check = begin(`
      passOnSignals();
      say('waiting');
      const awake = setInterval(() => {}, 1000);
      await new Promise((resolve) => process.once('SIGTERM', resolve));
      clearInterval(awake);
      const failed = await together([node('Next', "console.log('begun')")]);
      say(failed.length === 0 ? 'held' : 'did not hold');`);
    await check.saying('waiting');
    check.process.kill('SIGTERM');
    expect(await check.ended).toBe(0);
    expect(check.said()).toBe('waiting\n\n— Next\n  0.0 s\ndid not hold\n');
  });

  test('ends with all of them when asked twice', async () => {
    const stage =
      "process.on('SIGTERM', () => console.log('not now')); setInterval(() => {}, 1000); console.log('begun')";
    const check = begin(
      `passOnSignals(); await together([node('Stage', ${JSON.stringify(stage)})]);`,
    );
    await check.saying('begun');
    check.process.kill('SIGTERM');
    await check.saying('not now');
    check.process.kill('SIGTERM');
    expect(await check.ended).toBe(1);
  });
});
