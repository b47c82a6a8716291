import { lazy, Suspense } from 'react';
import type { DialogProps } from './dialog.tsx';

const Loaded = lazy(() => import('./dialog.tsx').then(({ Dialog }) => ({ default: Dialog })));

/** A dialog whose code is fetched when the first one opens. */
export function LazyDialog(props: DialogProps) {
  return (
    <Suspense fallback={null}>
      <Loaded {...props} />
    </Suspense>
  );
}
