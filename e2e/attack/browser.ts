/** What a call came to. `code` is that of the refusal, null when it was done. */
export type Answer = {
  status: number;
  code: string | null;
  data: unknown;
  text: string;
  headers: Headers;
};

export type Browser = {
  cookies: Map<string, string>;
  call(path: string, input?: unknown): Promise<Answer>;
};

const CONSOLE = '/console/trpc';

let networks = 0;

/** A network that no other browser of this run is in: what is counted by network holds none of them back. */
function ownNetwork(): string {
  networks += 1;
  return `10.${(networks >> 8) % 256}.${networks % 256}.7`;
}

/**
 * Calls procedures as pages do, and keeps cookies as browsers do.
 * @param from the address that the proxy says the call came from; one in a network of its own unless told
 */
export function browserAt(
  url: string,
  { door = '/trpc', from = ownNetwork() }: { door?: '/trpc' | typeof CONSOLE; from?: string } = {},
): Browser {
  const cookies = new Map<string, string>();
  return {
    cookies,
    async call(path, input = {}) {
      const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
      const answer = await fetch(`${url}${door}/${path}`, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          origin: url,
          'x-forwarded-for': from,
          ...(cookie ? { cookie } : {}),
        },
        body: JSON.stringify(input),
      });
      keepCookies(cookies, answer.headers.getSetCookie());
      return readAnswer(answer);
    },
  };
}

export async function readAnswer(answer: Response): Promise<Answer> {
  const text = await answer.text();
  const { status, headers } = answer;
  let body: { result?: { data?: unknown }; error?: { data?: { refusal?: { code?: string } } } };
  try {
    body = JSON.parse(text);
  } catch {
    body = {};
  }
  const code = answer.ok ? null : (body.error?.data?.refusal?.code ?? `status ${status}`);
  return { status, code, data: body.result?.data, text, headers };
}

function keepCookies(cookies: Map<string, string>, headers: readonly string[]): void {
  for (const header of headers) {
    const [pair = ''] = header.split(';');
    const at = pair.indexOf('=');
    if (/max-age=0/i.test(header)) cookies.delete(pair.slice(0, at));
    else cookies.set(pair.slice(0, at), pair.slice(at + 1));
  }
}

/** What a call has brought back, or an error that says why not. */
export function done<T>(answer: Answer): T {
  if (answer.code !== null) throw new Error(`${answer.status} ${answer.text.slice(0, 300)}`);
  return answer.data as T;
}
