/**
 * How much memory one serving process takes: V8 grows as far as it is let, and what it then holds is
 * mostly garbage. Measured with the heaviest customer's copy, the portal lives in far less than this.
 * Sizes are in MiB. Whoever sets a size in NODE_OPTIONS has decided otherwise.
 *
 * @param {string | undefined} nodeOptions
 * @returns {string[]} arguments for Node, before the script
 */
export function nodeFlags(nodeOptions = process.env.NODE_OPTIONS) {
  const sizes = { 'max-semi-space-size': 2, 'max-old-space-size': 256 };
  return Object.entries(sizes).flatMap(([name, size]) =>
    (nodeOptions ?? '').replaceAll('_', '-').includes(`--${name}`) ? [] : [`--${name}=${size}`],
  );
}
