import { mkdirSync } from 'node:fs';
import type { TestProject } from 'vitest/node';

/** The templates of the run, which the runner has made: a cluster for each test would take longer than the test. */
export function setup(project: TestProject): void {
  const { BITE_TEMPLATE = '', BITE_YEARS_TEMPLATE = '', TEST_FILES = '' } = process.env;
  mkdirSync(TEST_FILES, { recursive: true });
  project.provide('templateUrl', BITE_TEMPLATE);
  project.provide('yearsTemplateUrl', BITE_YEARS_TEMPLATE);
}
