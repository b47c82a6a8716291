import { type Ground, type Plan, takeAgain } from './walk.ts';

/** Walks taken to find a shorter one, at most. */
const MOST = 120;

/**
 * A shorter walk that goes wrong as well: steps are left out, half of them at first, then one by one, as long as
 * something goes wrong without them.
 */
export async function shorten(ground: Ground, { start, steps }: Plan): Promise<Plan> {
  let left = [...steps];
  let tried = 0;
  for (let size = Math.ceil(left.length / 2); size >= 1; size = Math.floor(size / 2)) {
    for (let at = 0; at < left.length && tried < MOST; ) {
      const without = [...left.slice(0, at), ...left.slice(at + size)];
      tried += 1;
      const { fault, steps: taken } = await takeAgain(ground, { start, steps: without });
      if (fault) left = taken;
      else at += size;
    }
  }
  return { start, steps: left };
}
