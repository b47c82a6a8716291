import { defineConfig } from 'vite';

/** The server and its commands as plain modules; packages stay in node_modules. */
export default defineConfig({
  root: import.meta.dirname,
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
        holder: `${import.meta.dirname}/services/reference-holders/main.ts`,
        'example-report': `${import.meta.dirname}/services/example/report.ts`,
      },
      output: { entryFileNames: '[name].js', chunkFileNames: 'chunks/[name]-[hash].js' },
    },
  },
});
