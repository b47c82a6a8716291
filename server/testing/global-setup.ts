import type { TestProject } from 'vitest/node';
import { startTemplates, type Templates } from './templates.ts';

declare module 'vitest' {
  export interface ProvidedContext extends Pick<Templates, 'templateUrl' | 'yearsTemplateUrl'> {}
}

/** One cluster for the run, with its migrated templates. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const { templateUrl, yearsTemplateUrl, filesDir, stop } = await startTemplates();
  // The tests' processes begin later and inherit it.
  process.env.TEST_FILES = filesDir;
  project.provide('templateUrl', templateUrl);
  project.provide('yearsTemplateUrl', yearsTemplateUrl);
  return stop;
}
