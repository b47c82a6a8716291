import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

/** The pages as static files; the server puts the nonce of each answer into index.html. */
export default defineConfig({
  root: import.meta.dirname,
  plugins: [react()],
  // Also marks the preloads that dynamic imports add, by the <meta property="csp-nonce">.
  html: { cspNonce: '__CSP_NONCE__' },
  build: {
    outDir: '../dist/client',
    emptyOutDir: true,
    target: 'es2023',
    // Nothing inline: fonts and images come from 'self' only.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      output: {
        codeSplitting: {
          includeDependenciesRecursively: false,
          groups: [
            // What nearly every page is made of comes at once, not as thirty files of a few lines each.
            {
              name: 'ui',
              test: /client\/(ui|lib)\/(?!dialog|confirm-dialog|step-up-dialog|qr-code)|preload-helper/,
            },
          ],
        },
      },
    },
  },
});
