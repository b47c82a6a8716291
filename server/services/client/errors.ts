/** The portal refused: calling again changes nothing, unless it says after how many seconds. */
export class PortalRefusal extends Error {
  override name = 'PortalRefusal';
  /** From the portal's closed list: `SCOPE_MISSING`, `EMAIL_NOT_AVAILABLE`, `NOT_FOUND` … */
  readonly code: string;
  readonly retryAfterSeconds: number | null;
  /** Names the call in the portal's log. */
  readonly requestId: string | null;

  constructor({
    code,
    retryAfterSeconds,
    requestId,
  }: {
    code: string;
    retryAfterSeconds: number | null;
    requestId: string | null;
  }) {
    super(code);
    this.code = code;
    this.retryAfterSeconds = retryAfterSeconds;
    this.requestId = requestId;
  }
}

/** No usable answer came: whether the call was carried out is not known, but it may be sent again. */
export class PortalUnreachable extends Error {
  override name = 'PortalUnreachable';
}
