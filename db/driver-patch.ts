/**
 * Mends the driver (postgres 3.4.9) where it is built in and where it is tested: what its connections
 * remember of a socket that is gone must not reach the next one. Without it, after a connection was lost
 * in the middle, the next query of that place in the pool may resolve with holes in its rows, fail with the
 * error of the one before, or never be sent; and a transaction may begin on a connection that others use.
 * Known to its authors (porsager/postgres 1119, 1181, 1189, 1208, 1223), not yet released.
 */

const FILE = /\/node_modules\/postgres\/src\/connection\.js$/;

/** Each `from` stands in the file exactly once. */
const changes: readonly { from: string; to: string }[] = [
  {
    // BEGIN has been sent: the connection is the transaction's, however many statements are before it.
    from: `return write(toBuffer(q))
        && !q.describeFirst
        && !q.cursorFn
        && sent.length < max_pipeline
        && (!q.options.onexecute || q.options.onexecute(connection))`,
    to: `const ready = write(toBuffer(q))
        && !q.describeFirst
        && !q.cursorFn
        && sent.length < max_pipeline
      return q.options.onexecute ? q.options.onexecute(connection) : ready`,
  },
  {
    // Nothing can be sent when the socket is gone, nor on the next before it is open: that statement was the
    // old one's, and fails. (The one that the connection is made for waits in `initial`; the driver's own
    // questions have `execute` itself as their handler.)
    from: `function execute(q) {
`,
    to: `function execute(q) {
    if (!socket || (initial && q !== initial && q.handler !== execute))
      return queryError(q, Errors.connection('CONNECTION_CLOSED', options, socket)), true

`,
  },
  {
    // What waited to be written belonged to this socket.
    from: `clearImmediate(nextWriteTimer)
    socket.removeListener('data', data)
    socket.removeListener('connect', connected)
    idleTimer.cancel()`,
    to: `clearImmediate(nextWriteTimer)
    chunk = nextWriteTimer = null
    socket.removeListener('data', data)
    socket.removeListener('connect', connected)
    idleTimer.cancel()`,
  },
  {
    // So did every statement under way, also one that came between the failure and the close.
    from: `!hadError && (query || sent.length) && error(Errors.connection('CONNECTION_CLOSED', options, socket))
`,
    to: `;(query || sent.length) && error(Errors.connection('CONNECTION_CLOSED', options, socket))
    query = results = errorResponse = stream = null
    result = new Result()
    rows = 0
`,
  },
  {
    // A statement that failed in the middle of its rows leaves no count of them behind.
    from: `query = results = errorResponse = null
    result = new Result()
    connectTimer.cancel()`,
    to: `query = results = errorResponse = null
    result = new Result()
    rows = 0
    connectTimer.cancel()`,
  },
];

/**
 * The mended text of the driver's connection.
 * @throws {Error} when a place is not there: the driver has changed, and each change has to be looked at
 */
export function mendConnection(source: string): string {
  return changes.reduce((text, { from, to }, index) => {
    if (text.split(from).length !== 2)
      throw new Error(`The driver changed at place ${index + 1} of db/driver-patch.ts.`);
    return text.replace(from, () => to);
  }, source);
}

/** For vite and vitest, which have to take the driver in instead of leaving it in node_modules. */
export function mendDriver() {
  return {
    name: 'mend-driver',
    enforce: 'pre' as const,
    transform(source: string, id: string) {
      return FILE.test(id) ? { code: mendConnection(source), map: null } : null;
    },
  };
}
