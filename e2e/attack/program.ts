import { randomInt } from 'node:crypto';

/** What a program was started with. */
export type Options = {
  seed: number;
  /** The value behind `--<name>`, or what it is without. */
  number(name: string, otherwise: number): number;
  text(name: string): string | undefined;
};

const started = performance.now();
let checked = 0;
let missed = 0;

/** Tells whether a figure is as it should be. */
export function check(what: string, fits: boolean, seen: string | number): void {
  checked += 1;
  if (!fits) missed += 1;
  process.stdout.write(`${fits ? 'ok  ' : 'MISS'} ${what}: ${seen}\n`);
}

/** Tells something that nothing is compared with. */
export function say(line: string): void {
  process.stdout.write(`     ${line}\n`);
}

/**
 * Runs an attack: prints its seed and takes it back (`--seed`), and ends with 1 where a bar was missed,
 * where nothing was checked, and where it could not be carried out.
 */
export async function runAttack(
  name: string,
  attack: (options: Options) => Promise<void>,
): Promise<void> {
  const options = optionsOf(process.argv.slice(2));
  process.stdout.write(`— ${name}, --seed ${options.seed}\n`);
  try {
    await attack(options);
  } catch (cause) {
    missed += 1;
    process.stderr.write(`${cause instanceof Error ? cause.stack : String(cause)}\n`);
  }
  const seconds = (performance.now() - started) / 1_000;
  say(`${checked - missed} of ${checked} as it should be, after ${seconds.toFixed(0)} s`);
  // Pools and servers of an attack that broke off would keep the process.
  process.exit(missed > 0 || checked === 0 ? 1 : 0);
}

function optionsOf(args: readonly string[]): Options {
  const text = (name: string) => {
    const at = args.indexOf(`--${name}`);
    return at < 0 ? undefined : args[at + 1];
  };
  const number = (name: string, otherwise: number) => {
    const given = text(name);
    const value = given === undefined ? otherwise : Number(given);
    if (!Number.isSafeInteger(value) || value < 0) throw new RangeError(`--${name} is a number`);
    return value;
  };
  return { seed: number('seed', randomInt(2 ** 31)), number, text };
}
