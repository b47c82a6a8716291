import type { ReactNode } from 'react';
import { createIntl, createIntlCache, RawIntlProvider } from 'react-intl';

/** Locale of every sentence, number and date. */
export const LOCALE = 'en-GB';

/** The same sentences inside components and outside of them. */
export const intl = createIntl({ locale: LOCALE, defaultLocale: LOCALE }, createIntlCache());

export function Language({ children }: { children: ReactNode }) {
  return <RawIntlProvider value={intl}>{children}</RawIntlProvider>;
}
