/** Taken out of a source file: a short text that stands there once, and what stands there without the control. */
type Patch = { file: string; was: string; becomes: string };
/** Taken out of the database: a statement its owner runs before the test. */
type Statement = { sql: string };

type Part = Patch | Statement;

/** What stops a threat, and the test that fails without it. */
export type Control = {
  /** Ids of the threats it is against: T for what could be done here, R for what went wrong elsewhere. */
  against: readonly string[];
  /** What it does, in a sentence. */
  what: string;
  /** Of a control that another one stands behind, both: its test would hold without the first alone. */
  without: Part | readonly Part[];
  test: {
    file: string;
    /** As it stands in the file; `%s` or `%j` for what a table of cases fills in. */
    title: string;
  };
};

/** One attack, in a line. */
export type Threat = { id: string; attack: string };

/** What of a control is taken out of source files. */
export function patchesOf(control: Control): Patch[] {
  return partsOf(control).filter((part) => 'file' in part);
}

/** What of a control is taken out of the database, as one text of SQL; empty where nothing is. */
export function statementsOf(control: Control): string {
  return partsOf(control)
    .flatMap((part) => ('sql' in part ? [part.sql] : []))
    .join(';\n');
}

function partsOf({ without }: Control): readonly Part[] {
  return 'length' in without ? without : [without];
}

/** A pattern that matches the full name of the control's test and of no other of its file. */
export function testPattern({ test }: Control): string {
  const escaped = test.title.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  return `${escaped.replace(/%[sj]/g, '.*').replace(/\\\$\w+/g, '.*')}$`;
}
