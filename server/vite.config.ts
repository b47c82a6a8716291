import { defineConfig } from 'vite';
import { mendDriver } from '../db/driver-patch.ts';

/** The server and its commands as plain modules; packages stay in node_modules, but for the driver. */
export default defineConfig({
  root: import.meta.dirname,
  plugins: [mendDriver()],
  ssr: { noExternal: ['postgres'] },
  build: {
    ssr: true,
    target: 'node20',
    outDir: '../dist/server',
    emptyOutDir: true,
    sourcemap: true,
    rolldownOptions: {
      input: {
        main: `${import.meta.dirname}/main.ts`,
        admin: `${import.meta.dirname}/cli/admin.ts`,
        'example-report': `${import.meta.dirname}/services/example/report.ts`,
        holder: `${import.meta.dirname}/services/reference-holders/main.ts`,
      },
      output: { entryFileNames: '[name].js', chunkFileNames: 'chunks/[name]-[hash].js' },
    },
  },
});
