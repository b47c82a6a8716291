import type { Arena } from './arena.ts';

/** Whether one of many that reach for it got it. */
export type Grab = (number: number) => Promise<boolean>;

/** Something of which there is one. */
export type Prize = {
  name: string;
  /** How many reach for it at once; a hundred unless what is attacked gives fewer a try. */
  hands?: number;
  /**
   * Makes one; runs before each round.
   * @returns how it is reached for, and how many there are afterwards, counted in the database
   */
  ready(arena: Arena): Promise<{ grab: Grab; left?: () => Promise<number> }>;
};

/** What looks like it and is not, and why: listed so that nobody looks for it. */
export const notSingleUse: readonly string[] = [
  'download ticket: there is none; a file is given to a session whose second factor is five minutes old',
  'receipt code: opens the receipt as often as it is asked, and nothing else',
  'unsubscribe link: can be pressed again, and only lowers',
  'link of an approved recovery: opens the page again until the new factor uses it up',
];
