/** The person changed their mind: nothing was done and nothing needs to be said. */
export class Cancelled extends Error {
  override name = 'Cancelled';

  constructor() {
    super('cancelled');
  }
}

export function isCancelled(error: unknown): error is Cancelled {
  return error instanceof Cancelled;
}
