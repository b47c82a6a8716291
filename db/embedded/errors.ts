/** One plain sentence for the person who started the portal. */
export class EmbeddedError extends Error {
  override name = 'EmbeddedError';
}
