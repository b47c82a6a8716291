import type { IntlShape } from 'react-intl';
import { defineMessages } from '../lib/messages.ts';

/** What a session was opened with, as it ends a sentence. */
const text = defineMessages({
  pwd: { id: 'method.pwd', defaultMessage: 'password' },
  otp: { id: 'method.otp', defaultMessage: 'code of an authenticator app' },
  hwk: { id: 'method.hwk', defaultMessage: 'passkey' },
  swk: { id: 'method.swk', defaultMessage: 'passkey' },
  rc: { id: 'method.rc', defaultMessage: 'recovery code' },
});
const isKnown = (method: string): method is keyof typeof text => Object.hasOwn(text, method);

/** The methods of a session in words: "password and passkey". That a device verified its person is part of it. */
export function methodWords(intl: IntlShape, methods: readonly string[]): string {
  return intl.formatList(
    methods.filter(isKnown).map((method) => intl.formatMessage(text[method])),
    { type: 'conjunction' },
  );
}
