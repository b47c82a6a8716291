import type { ExportStore } from '../store.ts';

/** How an object is called: by its request, so that all of them are found, and by the attempt that wrote it. */
export function objectNameOf(requestId: string, attempt: number): string {
  return `copy-${requestId}-${attempt}`;
}

/** Removes everything that was ever written for a request, unfinished attempts too, but for one name. */
export async function removeObjects(
  store: ExportStore,
  requestId: string,
  { except = null }: { except?: string | null } = {},
): Promise<void> {
  for (const name of await store.list()) {
    if (name.includes(requestId) && name !== except) await store.remove(name);
  }
}

/** What a sealed object is; bound into each of its frames. */
export const framePlace = (requestId: string) => `export_archive|${requestId}`;
