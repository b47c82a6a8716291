import { defineConfig } from 'vite';

/** The services' typed client as one module; its two packages stay packages. */
export default defineConfig({
  root: import.meta.dirname,
  build: {
    target: 'node20',
    outDir: '../../dist/client-package',
    emptyOutDir: true,
    minify: false,
    lib: { entry: `${import.meta.dirname}/index.ts`, formats: ['es'], fileName: () => 'index.js' },
    rolldownOptions: { external: ['jose', 'zod'] },
  },
});
