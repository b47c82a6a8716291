import express, { type Request, Router } from 'express';
import type { Deps } from '../deps.ts';
import { DomainError } from '../errors.ts';
import { plainPage, refusePlainly } from '../plain-page.ts';
import { requestIdOf } from '../trpc/http.ts';
import { messageTopics, topicWords } from './topics.ts';
import { type MessageTopic, unsubscribe } from './unsubscribe.ts';

const FORMS = ['application/x-www-form-urlencoded', 'multipart/form-data'];

/**
 * The link that messages carry (RFC 8058). Opening it changes nothing, for programs open links too; its
 * button does, and so does the mail program's own, which sends the same form. Neither is signed in, and no
 * cookie is read: what the link may do stands in its token. Every token gets the same answer.
 */
export function unsubscribePages(deps: Deps): Router {
  const routes = Router({ caseSensitive: true });
  routes
    .route('/unsubscribe/:topic')
    .get((req, res, next) => {
      const topic = topicOf(req);
      if (!topic) return next();
      res.type('html').send(askPage(topic));
    })
    .post(express.raw({ type: FORMS, limit: '2kb' }), async (req, res, next) => {
      const topic = topicOf(req);
      if (!topic) return next();
      if (!(await saysOneClick(req)))
        return refusePlainly(res, 400, 'This is not the form of the link.');
      const token = new URL(req.originalUrl, deps.env.PUBLIC_URL).searchParams.get('token') ?? '';
      try {
        const when = { requestId: requestIdOf(res), now: deps.clock() };
        await unsubscribe(deps, { topic, token }, when);
      } catch (cause) {
        if (!(cause instanceof DomainError)) throw cause;
        const sentence = 'This link was used too often. Try again in a minute.';
        return refusePlainly(res, 429, sentence, cause.retryAfterSeconds);
      }
      res.type('html').send(donePage(topic));
    });
  return routes;
}

function topicOf({ params }: Request): MessageTopic | undefined {
  return messageTopics.find((topic) => topic === params['topic']);
}

/** Whether the one field is there that RFC 8058 (3.2) prescribes, in either of its two encodings. */
async function saysOneClick(req: Request): Promise<boolean> {
  const body: unknown = req.body;
  if (!Buffer.isBuffer(body)) return false;
  const headers = { 'content-type': req.headers['content-type'] ?? '' };
  const form = await new Response(new Uint8Array(body), { headers }).formData().catch(() => null);
  return form?.get('List-Unsubscribe') === 'One-Click';
}

const WHERE =
  '<p>Everything you can be sent is listed under <a href="/communication">communication preferences</a>, after signing in. Messages about security, legal terms, billing and your requests are always sent.</p>';

/** The form goes where the page came from: its address has the token, which so stands in no page. */
function askPage(topic: MessageTopic): string {
  const words = topicWords[topic];
  return plainPage(
    `Stop ${words} by e-mail`,
    `<p>This turns ${words} by e-mail off for the account that this link was sent to, and changes nothing else. You do not have to sign in.</p>
<form method="post"><input type="hidden" name="List-Unsubscribe" value="One-Click"><button type="submit">Stop ${words}</button></form>
${WHERE}`,
  );
}

function donePage(topic: MessageTopic): string {
  const words = topicWords[topic];
  return plainPage(
    `Stop ${words} by e-mail`,
    `<p role="status"><strong>If this link came in a message of ours, ${words} by e-mail is now off for the account it was sent to.</strong></p>
<p>This page says the same for every link, so that it tells nobody who has an account. To get ${words} again, sign in and turn it on.</p>
${WHERE}`,
  );
}
