import { resolve } from 'node:path';
import { defineConfig } from 'vitest/config';
import { mendDriver } from '../../../db/driver-patch.ts';
import { controls } from './controls.ts';
import { withoutControl } from './plugin.ts';

const root = resolve(import.meta.dirname, '../../..');
const control = controls[Number(process.env.BITE_CONTROL)];
if (!control) throw new RangeError('BITE_CONTROL is the number of a control');

/** One test over a portal that lacks one control. */
export default defineConfig({
  root,
  plugins: [withoutControl(control, root), mendDriver()],
  test: {
    environment: 'node',
    pool: 'forks',
    maxWorkers: 1,
    isolate: false,
    testTimeout: 60_000,
    hookTimeout: 60_000,
    include: [control.test.file],
    globalSetup: ['server/testing/bite/templates.ts'],
    server: { deps: { inline: [/node_modules\/postgres\//] } },
  },
});
