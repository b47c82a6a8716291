import { type RequestHandler, type Response, Router } from 'express';

/**
 * A page of plain HTML, for whom the client's pages do not run.
 * @param body HTML; whatever is no text of ours is escaped by the caller
 */
export function plainPage(title: string, body: string): string {
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${title} – EaseLLM Privacy</title><link rel="stylesheet" href="/plain.css"></head>
<body><main>
<h1>${title}</h1>
${body}
</main></body></html>`;
}

/** Refuses what a plain form sent, in a sentence. @param waitSeconds after which it may be sent again */
export function refusePlainly(
  res: Response,
  status: number,
  sentence: string,
  waitSeconds: number | null = null,
): void {
  if (waitSeconds !== null) res.setHeader('Retry-After', String(waitSeconds));
  res.status(status).type('text/plain').send(`${sentence}\n`);
}

/** What plain pages look like. */
export function plainStyle(): RequestHandler {
  return Router({ caseSensitive: true }).get('/plain.css', (_req, res) => {
    res.type('css').send(stylesheet);
  });
}

const stylesheet = `:root{color-scheme:light dark}body{margin:0;font:16px/1.55 ui-sans-serif,system-ui,sans-serif;background:light-dark(#f7f7f4,#111413);color:light-dark(#16201d,#eef2f0)}
main{max-width:44rem;margin:0 auto;padding:1rem}h1{font-size:28px;line-height:1.2}p{max-width:68ch}code{font-size:.875em}fieldset{border:1px solid light-dark(#e1e3de,#2a302e);border-radius:10px;margin:0 0 1rem;padding:0 1rem;background:light-dark(#fff,#181c1b)}legend{float:inline-start;width:100%;padding:.75rem 0 0;font-weight:600}fieldset p{clear:both;margin:0;color:light-dark(#5c6863,#93a09b);font-size:14px}input{accent-color:light-dark(#0b6b54,#5fd0ae);width:20px;height:20px}label{display:inline-flex;align-items:center;gap:.5rem;min-height:40px;margin-inline-end:1.5rem}
button{font:inherit;font-weight:600;min-height:40px;padding:8px 16px;border-radius:6px;border:1px solid light-dark(#0b6b54,#5fd0ae);background:light-dark(#0b6b54,#5fd0ae);color:light-dark(#fff,#06231b)}
table{border-collapse:collapse;width:100%;margin:2rem 0}caption{text-align:start;font-weight:600}th,td{text-align:start;padding:8px 8px 8px 0;border-bottom:1px solid light-dark(#e0e2dd,#2a302e);vertical-align:top}th{font-weight:600}a{color:light-dark(#0b6b54,#5fd0ae)}
:focus-visible{outline:3px solid light-dark(#0b6b54,#5fd0ae);outline-offset:2px}
@media(max-width:560px){thead{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}tr{display:block;padding:8px 0;border-bottom:1px solid light-dark(#e0e2dd,#2a302e)}tbody th,td{display:block;padding:0;border:0}}`;
