const listeners = new Set<() => void>();

/** Hears that the session in this document is over: what waits for somebody's word waits for nobody now. */
export function onLeft(listener: () => void): () => void {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}

export function tellLeft(): void {
  for (const listener of listeners) listener();
}
