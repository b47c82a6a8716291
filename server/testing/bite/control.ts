/** Taken out of a source file: a short text that stands there once, and what stands there without the control. */
type Patch = { file: string; was: string; becomes: string };
/** Taken out of the database: a statement its owner runs before the test. */
type Statement = { sql: string };

/** What stops a threat, and the test that fails without it. */
export type Control = {
  /** Ids of the threats it is against: T for what could be done here, R for what went wrong elsewhere. */
  against: readonly string[];
  /** What it does, in a sentence. */
  what: string;
  without: Patch | Statement;
  test: {
    file: string;
    /** As it stands in the file; `%s` for what a table of cases fills in. */
    title: string;
  };
};

/** One attack, in a line. */
export type Threat = { id: string; attack: string };

/** The patch of a control, or null where it is one of the database. */
export function patchOf({ without }: Control): Patch | null {
  return 'file' in without ? without : null;
}

/** A pattern that matches the full name of the control's test and of no other of its file. */
export function testPattern({ test }: Control): string {
  const escaped = test.title.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  return `${escaped.replace(/%s/g, '.*').replace(/\\\$\w+/g, '.*')}$`;
}
