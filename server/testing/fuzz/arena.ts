import type { Deps } from '../../deps.ts';
import type { Answer, Ask } from '../ask.ts';
import type { Caller } from './callers.ts';
import type { Input } from './mix.ts';
import type { Target } from './targets.ts';

/** Where calls go, and as whom. */
export type Arena = {
  deps: Deps;
  /** The listener of people. */
  ask: Ask;
  /** A call of a service, signed; by turns of each that may make it. */
  askAsService: (path: string, body: string, turn: number) => Promise<Answer>;
  /** Ids of rows of people whom nobody here is: who names them gets nothing of theirs. */
  others: Readonly<Record<string, readonly string[]>>;
  /** Whose ids staff and services may name. */
  customers: Readonly<Record<string, readonly string[]>>;
  /** Who called before, by kind, and calls again; without it everybody is new for each procedure. */
  standing?: Map<string, Caller>;
  /** Told each answer as it came. */
  onAnswer: (
    answer: Answer,
    told: { target: Target; inputs: readonly Input[]; ms: number },
  ) => void;
};
