import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

/** What few pages need, of what is shared. */
const APART = /\/(dialog|confirm-dialog|step-up-dialog|qr-code)\b/;

/** What nearly every page is made of; comes at once, not as thirty files of a few lines each. */
function isShared(id: string): boolean {
  if (id.startsWith('\0vite/preload-helper')) return true;
  const ours = ['ui', 'lib'].some((room) => id.startsWith(`${import.meta.dirname}/${room}/`));
  return ours && !APART.test(id.slice(import.meta.dirname.length));
}

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
          groups: [{ name: 'ui', test: isShared }],
        },
      },
    },
  },
});
